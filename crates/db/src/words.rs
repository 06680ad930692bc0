//! Closed sets of words that are stored as text.

/// An enum whose variants are words in a Text column. Reading a word it does not know is an error that
/// names it: the row was written by a newer version.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(word: &str) -> $crate::Result<Self> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    other => Err($crate::Error::stored(stringify!($name), "-", other)),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::Error;

            fn try_from(word: String) -> $crate::Result<Self> {
                word.parse()
            }
        }
    };
}
pub(crate) use words;
