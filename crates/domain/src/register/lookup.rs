//! The words of the register's files for kinds of council and nations.

use crate::{CouncilType, Country};

impl CouncilType {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::County,
        Self::NonMetropolitanDistrict,
        Self::Unitary,
        Self::MetropolitanDistrict,
        Self::LondonBorough,
        Self::CityOfLondon,
        Self::Scottish,
        Self::Welsh,
        Self::NorthernIrish,
    ];

    /// The word for it in Folkmoot's own columns.
    pub fn word(self) -> &'static str {
        match self {
            Self::County => "county",
            Self::NonMetropolitanDistrict => "non-metropolitan-district",
            Self::Unitary => "unitary",
            Self::MetropolitanDistrict => "metropolitan-district",
            Self::LondonBorough => "london-borough",
            Self::CityOfLondon => "city-of-london",
            Self::Scottish => "scottish",
            Self::Welsh => "welsh",
            Self::NorthernIrish => "northern-irish",
        }
    }
}

impl Country {
    /// Every nation of the United Kingdom.
    pub const ALL: [Self; 4] = [Self::England, Self::Scotland, Self::Wales, Self::NorthernIreland];

    /// Its name in English.
    pub fn label(self) -> &'static str {
        match self {
            Self::England => "England",
            Self::Scotland => "Scotland",
            Self::Wales => "Wales",
            Self::NorthernIreland => "Northern Ireland",
        }
    }

    /// The word for it in Folkmoot's own columns.
    pub fn word(self) -> &'static str {
        match self {
            Self::England => "england",
            Self::Scotland => "scotland",
            Self::Wales => "wales",
            Self::NorthernIreland => "northern-ireland",
        }
    }
}
