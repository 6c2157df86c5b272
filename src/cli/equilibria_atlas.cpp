// resdyn equilibria --method atlas: every pattern decided exactly.
#include <fmt/format.h>

#include <algorithm>

#include <resdyn/equilibria/atlas.hpp>
#include <resdyn/io/results.hpp>
#include <resdyn/io/tables.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

constexpr std::size_t printed = 40;

void print_atlas(const Atlas& atlas) {
    const AtlasCounts& counts = atlas.counts;
    fmt::print("complete: every pattern decided exactly\n");
    fmt::print("{} isolated equilibria: {} vertices, {} on faces; {} stable\n", counts.total,
               counts.vertices, counts.faces, counts.stable);
    for (std::size_t k = 0; k < counts.by_unstable_dimension.size(); ++k) {
        if (counts.by_unstable_dimension[k] > 0) {
            fmt::print("  unstable dimension {}: {}\n", k, counts.by_unstable_dimension[k]);
        }
    }
    fmt::print("{} patterns with a singular free block, {} of them hold a continuum\n",
               atlas.singular_patterns, atlas.continua.size());
    for (std::size_t k = 0; k < std::min(atlas.equilibria.size(), printed); ++k) {
        print_equilibrium(atlas.equilibria[k]);
    }
    for (std::size_t k = 0; k < std::min(atlas.continua.size(), printed); ++k) {
        const Continuum& c = atlas.continua[k];
        fmt::print("  {}  continuum of dimension {} through y = ({})\n", pattern_text(c.pattern),
                   c.dimension, point_text(c.point));
    }
}

}  // namespace

EquilibriaOutput equilibria_atlas(const EquilibriaTask& task) {
    const Atlas atlas = equilibrium_atlas(
        task.system, {.listing = task.listing, .threads = task.options.common.threads});
    if (task.talk) {
        print_atlas(atlas);
    }
    return {atlas_json(atlas, task.system),
            {{"equilibria.csv", equilibrium_table(atlas.equilibria).text()}},
            certificate_of(task, atlas)};
}

}  // namespace resdyn::cli
