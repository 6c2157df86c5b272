/// @file
/// Which attractor each start comes to: a map on a plane, shares of the open cube, the data's
/// residuals against their classes, and how the boundary scales (`resdyn basins`). Where starts
/// still move at the end of a flow of few units, limit cycles are searched and count as attractors.
///
/// Parts: basins.hpp (portrait), cycle_basins.hpp, boundary_sharpness.hpp, contingency.hpp, each
/// with its method and reference.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include <resdyn/data/contingency.hpp>
#include <resdyn/portrait/boundary_sharpness.hpp>
#include <resdyn/portrait/cycle_basins.hpp>
#include <resdyn/portrait/plane.hpp>
#include <resdyn/work/farm.hpp>

namespace resdyn {

struct BasinStudyOptions {
    BasinOptions basins = {};     ///< its threads and progress are taken from here below.
    Index share_samples = 2000;   ///< random starts for the shares of the cube; 0: none.
    Index settle_samples = 2000;  ///< of the plane's data, a stratified draw.
    std::uint64_t seed = 1;
    int threads = 0;
    /// Called with the part at work and its share done. May be empty.
    std::function<void(std::string_view, double)> on_part = {};
    /// Where the bands of the map are followed (work/farm.hpp); null: in threads. Where it does a
    /// shard only, the study holds nothing.
    Farm* farm = nullptr;
};

/// Basin against class of the data: resting places and limit cycles.
struct DataBasins {
    std::vector<Index> followed;  ///< of the plane's starts.
    SettleResult settled;
    std::vector<std::size_t> cycles;  ///< those that some input comes to: groups after the settled.
    Contingency classes;
};

struct BasinStudy {
    BasinMap map;
    BoundarySharpness sharpness;
    std::optional<BasinShares> shares;
    std::optional<DataBasins> data;       ///< where the plane came with data.
    std::vector<AttractingCycle> cycles;  ///< that were searched and found.
};

/// Bounded activations; the plane in y or u. `basins.stop_requested` ends it early, and the map
/// says that it is not complete. Throws std::invalid_argument.
BasinStudy study_basins(const Plane& plane, const BasinStudyOptions& options = {});

}  // namespace resdyn
