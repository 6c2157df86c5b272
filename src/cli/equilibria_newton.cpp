// resdyn equilibria --method newton: damped Newton with deflation; exact cones where f is
// unbounded.
#include <fmt/format.h>

#include <resdyn/equilibria/cones.hpp>
#include <resdyn/results/root_results.hpp>
#include <resdyn/settling/root_search.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

constexpr Index cones_up_to = 12;        // 2^N supports are decided exactly
constexpr double seed_half_width = 4.0;  // of u, for unbounded activations

void print_roots(const RootSearchResult& result, const char* variable, double merge_tol) {
    fmt::print("not complete: roots that Newton finds from seeds; others may exist\n");
    fmt::print(
        "{} seeds: {} at roots, {} at slow points, {} outliers, {} at fast minima, {} at the "
        "iteration limit, {} not finite; {} rounds of deflation\n",
        result.starts, result.at_roots, result.at_slow_points, result.outliers, result.fast_minima,
        result.iteration_limit, result.non_finite, result.rounds);
    fmt::print("{} roots (merged within {:g})\n", result.roots.size(), merge_tol);
    constexpr std::size_t printed = 40;
    for (std::size_t k = 0; k < std::min(result.roots.size(), printed); ++k) {
        const Root& root = result.roots[k];
        fmt::print("  {:<15} unstable {}  residual {:.1e}  {}  {} = ({})\n", to_string(root.type),
                   root.spectrum.unstable, root.residual,
                   root.singular       ? "singular Jacobian"
                   : root.proof.proved ? fmt::format("proved within {:.1e}", root.proof.radius)
                                       : "not proved",
                   variable, point_text(root.x));
    }
    for (std::size_t k = 0; k < std::min(result.slow.size(), printed); ++k) {
        const SlowPoint& point = result.slow[k];
        fmt::print("  slow point: q = {:.3e}, |grad q| = {:.1e}, {} = ({})\n", point.q,
                   point.gradient, variable, point_text(point.x));
    }
}

void print_cones(const ConeReport& report) {
    fmt::print(
        "complete: all {} supports decided exactly; beside the origin {} cones of "
        "equilibria\n",
        report.supports, report.cones.size());
    for (const EquilibriumCone& cone : report.cones) {
        fmt::print("  {}  dimension {}  residual {:.1e}  units growing off it {}  y ~ ({})\n",
                   pattern_text(cone.pattern), cone.dimension, cone.residual, cone.growing_units,
                   point_text(cone.direction));
    }
}

}  // namespace

EquilibriaOutput equilibria_newton(const EquilibriaTask& task) {
    const ResidualSystem& system = task.system;
    const Index n = system.dimension();
    RootSearchOptions options{.starts = task.options.starts,
                              .seed = task.options.common.seed,
                              .threads = task.options.common.threads};
    if (is_bounded(system.activation())) {
        // In y the cube holds every equilibrium; roots of the polynomial field outside it are none.
        const Levels range = levels(system.activation());
        options.outlier_factor = 1.0 + options.merge_tol;
        options.bounds = [&system](const Vector& y) { return residual_flow_bounds(system, y); };
        const RootSearchResult result =
            find_roots(ResidualFlow(system),
                       {Vector::Constant(n, range.low), Vector::Constant(n, range.high)}, options);
        if (task.talk) {
            print_roots(result, "y", options.merge_tol);
        }
        return {roots_json(result, options, system, "y"),
                {{"equilibria.csv", root_table(result, "y").text()}}};
    }
    const RootSearchResult result = find_roots(
        PreactivationFlow(system),
        {Vector::Constant(n, -seed_half_width), Vector::Constant(n, seed_half_width)}, options);
    if (task.talk) {
        print_roots(result, "u", options.merge_tol);
    }
    EquilibriaOutput output{roots_json(result, options, system, "u"),
                            {{"equilibria.csv", root_table(result, "u").text()}}};
    if (n <= cones_up_to) {
        const ConeReport report = equilibrium_cones(system, cones_up_to, options.threads);
        output.json["cones"] = cones_json(report);
        if (task.talk) {
            print_cones(report);
        }
    } else if (task.talk) {
        fmt::print("cones of equilibria are decided exactly for N <= {} only\n", cones_up_to);
    }
    return output;
}

}  // namespace resdyn::cli
