//! What is wrong with the certificate of a server, in words for whoever keeps it.

use std::error::Error;

/// Why a server's certificate was refused, and what to do; `None` if that is not what failed.
///
/// The TLS library is not named here: below the client it may be another one, and all of them say
/// in words what they refuse.
pub(crate) fn certificate_fault(error: &(dyn Error + 'static)) -> Option<&'static str> {
    // Not the outermost, which repeats the address: that may speak of certificates, too.
    let mut cause = error.source();
    while let Some(one) = cause {
        if let Some(fault) = fault(&one.to_string().to_lowercase()) {
            return Some(fault);
        }
        cause = one.source();
    }
    None
}

fn fault(said: &str) -> Option<&'static str> {
    let has = |word: &str| said.contains(word);
    if !has("certificate") {
        return None;
    }
    Some(if has("expired") {
        "its certificate has expired: renew it"
    } else if has("not valid yet") || has("notvalidyet") {
        "its certificate is not valid yet: wait, or set its clock right"
    } else if has("not valid for") || has("notvalidforname") {
        "its certificate is of another host: get one for this address"
    } else if has("issuer") {
        "its certificate is of no authority that is known: get one of a public authority, and send \
         the whole chain"
    } else {
        "its certificate is not right: renew it"
    })
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn refused_certificates_are_told_apart() {
        let cases = [
            ("invalid peer certificate: expired", "has expired"),
            ("certificate expired: verification time 5, but not valid after 4", "has expired"),
            ("certificate not valid for name \"a.example\"", "another host"),
            ("invalid peer certificate: unknownissuer", "no authority"),
            ("invalid peer certificate: badsignature", "not right"),
        ];
        for (said, told) in cases {
            assert!(fault(said).is_some_and(|fault| fault.contains(told)), "{said}");
        }
        assert_eq!(fault("connection refused"), None);
    }
}
