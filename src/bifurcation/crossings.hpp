/// @file
/// Where eigenvalues of a free block cross their limits along a branch: isolated by enclosures in
/// double arithmetic (free_block_enclosure.hpp), bracketed by exact signs, and in exact polynomials
/// where the enclosures cannot separate (multiple and simultaneous crossings). Every root that is
/// returned is proved by signs, and so is that no other exists, unless `decided` is false.
#pragma once

#include "face_branches.hpp"

namespace resdyn {

struct Crossings {
    std::vector<exact::RealRoot> roots;  ///< increasing; narrow brackets, or exact.
    /// The test function vanishes for every α: some pair (multiplier) is on its limit throughout.
    bool permanent = false;
    /// False: roots closer together, or to an end of the branch, than could be told apart.
    bool decided = true;
};

/// The roots of the test function strictly between from and to, on an interval in which the
/// pattern exists.
Crossings free_block_crossings(const ParameterPath& path, const FacePath& face, FreeBlockTest test,
                               exact::RealRoot& from, exact::RealRoot& to,
                               const ParameterRange& range);

}  // namespace resdyn
