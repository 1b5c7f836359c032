//! The Merkle tree over the rows of a seal, as in RFC 6962: it grows row by row and keeps one hash per level.
use super::wire::Hash;

/// A tree that leaves are added to; it remembers only what is needed for the root.
#[derive(Clone, Debug, Default)]
pub struct Merkle {
    /// Complete subtrees from left to right, each with its number of leaves.
    subtrees: Vec<(u64, Hash)>,
    leaves: u64,
}

impl Merkle {
    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        let (mut size, mut hash) = (1, leaf);
        while let Some(&(left_size, left)) = self.subtrees.last()
            && left_size == size
        {
            self.subtrees.pop();
            hash = node(left, hash);
            size += left_size;
        }
        self.subtrees.push((size, hash));
        self.leaves += 1;
    }

    /// How many leaves there are.
    pub fn len(&self) -> u64 {
        self.leaves
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.leaves == 0
    }

    /// The root; that of nothing is the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut rightmost = self.subtrees.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = rightmost.next() else { return Hash::over(&[]) };
        rightmost.fold(last, |right, left| node(left, right))
    }
}

/// The prefix keeps a node from passing for a leaf.
fn node(left: Hash, right: Hash) -> Hash {
    Hash::over(&[&[1], &left.0, &right.0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_the_book(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::over(&[]),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node(by_the_book(&leaves[..split]), by_the_book(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_rfc_6962_for_every_number_of_leaves() {
        let leaves: Vec<_> = (0..130_u8).map(|number| Hash::over(&[&[0], &[number]])).collect();
        for count in 0..=leaves.len() {
            let mut tree = Merkle::default();
            leaves[..count].iter().for_each(|leaf| tree.push(*leaf));
            assert_eq!(tree.root(), by_the_book(&leaves[..count]), "{count} leaves");
            assert_eq!(tree.len(), count as u64);
        }
    }

    /// The reference vectors of Certificate Transparency.
    #[test]
    fn the_root_is_that_of_the_reference_vectors() {
        let mut tree = Merkle::default();
        assert_eq!(tree.root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let leaf = |bytes: &[u8]| Hash::over(&[&[0], bytes]);
        for bytes in [&b""[..], b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43", b"\x50\x51\x52\x53\x54\x55\x56\x57"] {
            tree.push(leaf(bytes));
        }
        assert_eq!(tree.root().to_string(), "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c");
        tree.push(leaf(b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"));
        assert_eq!(tree.root().to_string(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }
}
