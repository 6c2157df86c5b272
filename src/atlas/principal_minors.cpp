#include "principal_minors.hpp"

#include <algorithm>

#include <resdyn/core/parallel.hpp>

#include "atlas/pivot_table.hpp"
#include "atlas/scratch_pool.hpp"

namespace resdyn {

namespace {

constexpr double largest_minor_error = 1e-3;

constexpr std::size_t sampled_sets = 512;

}  // namespace

double exact_share(const FilterWeights& weights) {
    if (!weights.usable) {
        return 1.0;
    }
    // An odd stride spreads over set sizes and units.
    const std::size_t count = std::size_t{1} << weights.dimension();
    const std::size_t sampled = std::min(sampled_sets, count);
    PivotTables tables(weights);
    std::size_t exact = 0;
    for (std::size_t i = 0; i < sampled; ++i) {
        const PivotTable& table = tables.of(static_cast<std::uint32_t>(i * 40503 % count));
        exact += table.minor_error > largest_minor_error ? 1 : 0;
    }
    return static_cast<double>(exact) / static_cast<double>(sampled);
}

PrincipalMinors principal_minors(const FilterWeights& weights, const FaceSolver& solver,
                                 int threads, const std::function<bool()>& stop_requested) {
    const Index n = weights.dimension();
    const std::size_t count = std::size_t{1} << n;
    PrincipalMinors minors{std::vector<double>(count, 1.0), std::vector<double>(count, 0.0),
                           std::vector<BlockKind>(count, BlockKind::Verified)};
    constexpr std::size_t per_task = 256;
    const auto tasks = static_cast<Index>((count + per_task - 1) / per_task);
    ScratchPool<PivotTables> scratch;
    parallel_for(tasks, threads, [&](Index task) {
        if (stop_requested && stop_requested()) {
            return;
        }
        const std::size_t first = static_cast<std::size_t>(task) * per_task;
        const std::size_t last = std::min(count, first + per_task);
        const auto exactly = [&](std::size_t mask) {
            const std::vector<Index> free = units_of(static_cast<std::uint32_t>(mask), n, true);
            minors.value[mask] = solver.determinant(free, weights.exponent);
            minors.error[mask] = unit_roundoff;
            minors.kind[mask] = minors.value[mask] == 0.0 && solver.is_singular(free)
                                    ? BlockKind::Singular
                                    : BlockKind::Exact;
        };
        scratch.with(
            [&] { return std::make_unique<PivotTables>(weights); },
            [&](PivotTables& tables) {
                for (std::size_t mask = std::max<std::size_t>(first, 1); mask < last; ++mask) {
                    const PivotTable* table =
                        weights.usable ? &tables.of(static_cast<std::uint32_t>(mask)) : nullptr;
                    if (table == nullptr || table->minor_error > largest_minor_error) {
                        exactly(mask);
                        continue;
                    }
                    minors.value[mask] = table->minor;
                    minors.error[mask] = table->minor_error;
                }
            });
    });
    // The largest error over subsets, a unit at a time.
    for (Index i = 0; i < n; ++i) {
        const std::size_t bit = std::size_t{1} << i;
        for (std::size_t mask = 0; mask < count; ++mask) {
            if ((mask & bit) != 0) {
                minors.error[mask] = std::max(minors.error[mask], minors.error[mask ^ bit]);
            }
        }
    }
    return minors;
}

}  // namespace resdyn
