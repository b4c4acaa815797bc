//! Councils by what people write: codes, short names, names.

use chrono::NaiveDate;

use super::{Reference, in_small_letters};
use crate::{Council, UnknownRef, council_names::CouncilNames};

impl Reference {
    /// The council that a code, slug, GSS code or name names.
    ///
    /// With a day: the body that bore the name and stood on that day; `Ok(None)` if the name is
    /// known but nobody bore it then. Without one: the body that bears the name today, else the
    /// one that bore it last.
    pub fn council_by_ref(
        &self,
        given: &str,
        on: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Option<&Council>, UnknownRef> {
        let bearers = self.councils_called(given);
        if bearers.is_empty() {
            return Err(UnknownRef::council(given, &self.councils_near(given)));
        }
        // A GSS code names its council only while the alias stands; what else it is called always does.
        let given = given.trim();
        let bears = |council: &&Council, day: NaiveDate| {
            let alias = council.gss.iter().find(|alias| alias.code.eq_ignore_ascii_case(given));
            council.life.contains(day) && alias.is_none_or(|alias| alias.life.contains(day))
        };
        let on_day = |day| bearers.iter().copied().filter(move |council| bears(council, day));
        let of_day: Vec<_> = on_day(on.unwrap_or(today)).collect();
        match (&of_day[..], on) {
            ([only], _) => Ok(Some(only)),
            ([], Some(_)) => Ok(None),
            ([], None) => Ok(bearers
                .into_iter()
                .max_by_key(|council| (council.life.ends_on.is_none(), council.life.ends_on))),
            (several, _) => Err(UnknownRef::council(given, several)),
        }
    }

    /// Every council that was ever called so: by code, slug or GSS code, else by a name.
    pub(crate) fn councils_called(&self, given: &str) -> Vec<&Council> {
        let places = match self.councils_by_ref.get(&*in_small_letters(given.trim())) {
            Some(places) => places.clone(),
            None => self.council_names().called(given, self.councils()),
        };
        places.into_iter().map(|place| &self.parts.councils[place]).collect()
    }

    /// Up to three councils that may be meant by what names none.
    pub(crate) fn councils_near(&self, given: &str) -> Vec<&Council> {
        self.council_names().near(given, self.councils())
    }

    fn council_names(&self) -> &CouncilNames {
        self.council_names.get_or_init(|| CouncilNames::new(self.councils()))
    }
}
