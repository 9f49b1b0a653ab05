"""Inclusion and consistency proofs against the published vectors, and against each other on every small tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axenic.record.merkle import leaf_hash, node_hash, root_of
from axenic.record.proof import Tree, grows, includes

# the reference leaves of RFC 6962 implementations, and the root of each tree of the first n of them
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
HASHES = [leaf_hash(bytes.fromhex(text)) for text in LEAVES]
MOST = 40
MANY = [leaf_hash(b"%d" % n) for n in range(MOST)]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    assert Tree(HASHES[:size]).root().hex() == ROOTS[size] == root_of(HASHES[:size]).hex()


def test_leaf_and_node_are_hashed_as_in_the_published_vectors() -> None:
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_the_audit_path_of_the_last_of_seven_leaves_is_that_of_the_rfc() -> None:
    h = HASHES
    pair, four = node_hash(h[4], h[5]), node_hash(node_hash(h[0], h[1]), node_hash(h[2], h[3]))
    assert Tree(h[:7]).inclusion(6) == [pair, four]


@given(st.data())
def test_every_entry_is_proven_to_be_where_it_is_and_nowhere_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    tree = Tree(MANY[:size])
    path = tree.inclusion(index)
    assert includes(MANY[index], index, size, path, tree.root())
    assert (other == index) == includes(MANY[index], other, size, path, tree.root())


@given(st.data())
def test_a_tree_is_proven_to_grow_out_of_each_earlier_one_and_of_no_other(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    first = data.draw(st.integers(1, size))
    tree = Tree(MANY[:size])
    path, changed = tree.consistency(first), Tree([b"\x00" * 32, *MANY[1:size]])
    assert grows(first, tree.root(first), size, tree.root(), path)
    assert not grows(first, changed.root(first), size, tree.root(), path)
    assert not grows(first, tree.root(first), size, changed.root(), path)
    assert first == size or not grows(first, tree.root(first), size, tree.root(), path[:-1])


def test_growing_out_of_nothing_is_no_proof() -> None:
    assert not grows(0, Tree([]).root(), 3, Tree(MANY[:3]).root(), [])
    with pytest.raises(ValueError, match="no beginning"):
        Tree(MANY[:3]).consistency(0)


@given(st.data())
def test_a_path_with_any_bit_changed_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, MOST))
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(MANY[:size])
    path = tree.inclusion(index)
    which, bit = data.draw(st.integers(0, len(path) - 1)), data.draw(st.integers(0, 255))
    path[which] = (int.from_bytes(path[which]) ^ (1 << bit)).to_bytes(32)
    assert not includes(MANY[index], index, size, path, tree.root())
