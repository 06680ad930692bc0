//! Colours as browsers take them without a profile: sRGB.

use image::ColorType;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use crate::picture::Pixels;

/// Converts colours that a profile describes (telephones write Display P3, cameras Adobe RGB). A profile that cannot
/// be read, or is for another kind of colour, is left out of account, as browsers do.
pub(crate) fn to_srgb(pixels: &mut Pixels, profile: &[u8]) {
    let layout = match pixels.colour {
        ColorType::Rgb8 => Layout::Rgb,
        ColorType::Rgba8 => Layout::Rgba,
        _ => return,
    };
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) =
        profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default())
    else {
        return;
    };
    let row = pixels.width as usize * usize::from(pixels.colour.channel_count());
    let mut converted = vec![0; row];
    for line in pixels.data.chunks_exact_mut(row) {
        if transform.transform(line, &mut converted).is_ok() {
            line.copy_from_slice(&converted);
        }
    }
}
