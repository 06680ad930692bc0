#![doc = include_str!("../README.md")]

mod accepted;
mod colour;
mod encode;
mod name;
mod note;
mod office;
mod pdf;
mod picture;
mod rejected;
mod said;
mod sniff;
mod text;

use sha2::{Digest, Sha256};

pub use accepted::{Accepted, Kind, Limits};
pub use name::numbered;
pub use note::Note;
pub use pdf::{ACTIVE, PdfFacts};
pub use rejected::Rejected;
pub use said::{Said, size_text};

use sniff::Sniffed;

/// Decides whether a file may be kept, and makes of it what is kept.
///
/// `name` is the name the sender gave it, with or without folders. Time grows with the bytes, for an image with its
/// pixels; a refusal by size, header or type costs no more than looking at the bytes once.
///
/// # Errors
/// [`Rejected`]: what is wrong with the file and what the sender can do.
pub fn accept(name: &str, bytes: &[u8], limits: &Limits) -> Result<Accepted, Rejected> {
    if bytes.is_empty() {
        return Err(Rejected::Empty);
    }
    within(bytes, limits.file)?;
    match sniff::sniff(name, bytes)? {
        Sniffed::Picture(format) => {
            within(bytes, limits.image)?;
            let picture = picture::clean(format, bytes, limits)?;
            Ok(Accepted {
                dimensions: Some((picture.width, picture.height)),
                notes: picture.notes,
                ..plain(name, picture.kind, picture.bytes)
            })
        }
        Sniffed::Pdf => {
            let facts = pdf::look(bytes)?;
            Ok(Accepted {
                notes: facts.notes(),
                pdf: Some(facts),
                ..plain(name, Kind::Pdf, bytes.to_vec())
            })
        }
        Sniffed::Zip => Ok(plain(
            name,
            office::look(bytes, limits.unfolded)?,
            bytes.to_vec(),
        )),
        Sniffed::Text(kind) => Ok(plain(name, kind, bytes.to_vec())),
    }
}

fn within(bytes: &[u8], most: u64) -> Result<(), Rejected> {
    let size = bytes.len() as u64;
    if size > most {
        return Err(Rejected::TooLarge { size, most });
    }
    Ok(())
}

fn plain(name: &str, kind: Kind, bytes: Vec<u8>) -> Accepted {
    Accepted {
        name: name::safe(name, kind),
        kind,
        sha256: hex::encode(Sha256::digest(&bytes)),
        dimensions: None,
        pdf: None,
        notes: Vec::new(),
        bytes,
    }
}
