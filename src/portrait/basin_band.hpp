/// @file
/// A band of cells of a basin map: where each cell ends, and what the band's starts came to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <resdyn/portrait/basins.hpp>

namespace resdyn {

struct BasinBand {
    std::vector<int> labels;             ///< a BasinLabel, or a number in `places`.
    std::vector<BasinAttractor> places;  ///< at rest, as met; cycles come later (cycle_basins.hpp).
    Index certified = 0;
    Index by_proof = 0;
    std::string proof;  ///< empty where every cell was followed.

    BasinBand() = default;
    /// Reads what bytes() wrote. Throws InputError where it is none.
    explicit BasinBand(std::string_view bytes);
    /// All of it, for a journal; numbers to the last bit.
    std::string bytes() const;
};

}  // namespace resdyn
