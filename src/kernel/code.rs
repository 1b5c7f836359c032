//! Closed sets of words: the word in the database, the word for people, and nothing else gets in.

/// Declares such a set: `codes! { pub enum Tier { Free = "free" / "Free" } }`.
#[macro_export]
macro_rules! codes {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$why:meta])* $word:ident = $code:literal / $label:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name { $($(#[$why])* #[serde(rename = $code)] $word),+ }

        #[allow(dead_code, reason = "not every set is listed or chosen from")]
        impl $name {
            /// All of them, in the order people read them.
            pub const ALL: &'static [Self] = &[$(Self::$word),+];

            /// The word in the database and in addresses.
            pub fn code(self) -> &'static str {
                match self { $(Self::$word => $code),+ }
            }

            /// The word for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$word => $label),+ }
            }

            /// The words to choose from.
            pub fn choices() -> impl Iterator<Item = (&'static str, &'static str)> {
                Self::ALL.iter().map(|word| (word.code(), word.label()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::kernel::Error;

            fn try_from(code: String) -> ::std::result::Result<Self, Self::Error> {
                let found = Self::ALL.iter().find(|word| word.code() == code).copied();
                found.ok_or_else(|| $crate::kernel::Error::internal(format!("“{code}” is no {}", stringify!($name))))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.write_str(self.label())
            }
        }
    };
}
