//! placeholder

pub(super) fn compress(_bytes: &[u8]) -> Vec<u8> {
    Vec::new()
}
