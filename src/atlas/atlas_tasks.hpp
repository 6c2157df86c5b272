/// @file
/// The atlas cut into tasks: runs of sets of free units, and of runs with few free units, whose
/// sets have most faces, parts by the levels of some saturated units. Without that the run of the
/// smallest sets alone would be an eighth of an atlas of 24 units.
#pragma once

#include <cstdint>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// The faces of the sets `first` … `first + sets − 1` on which the units of `held` are High where
/// `high` says so, and else Low.
struct AtlasPart {
    std::uint32_t first = 0;
    std::uint32_t sets = 1;
    std::uint32_t held = 0;  ///< units that are saturated in all of these sets, not the last one.
    std::uint32_t high = 0;
};

/// The tasks of N units, numbered: disjoint, and together every face once.
class AtlasTasks {
  public:
    /// 1 <= n <= 32.
    explicit AtlasTasks(Index n);

    Index size() const { return begin_.back(); }
    AtlasPart part(Index task) const;

  private:
    Index n_;
    Index run_bits_;              ///< a run is 2^run_bits_ sets.
    std::vector<Index> begin_{};  ///< of a run, the number of its first task; the end of all.
};

}  // namespace resdyn
