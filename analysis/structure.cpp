// Claim 3. The signs of W decide who cooperates and who competes, and the structure theorems hold
// on trajectories, of the flow and, where their conditions are met, of the network.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/random.hpp>
#include <resdyn/interaction/structure_check.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

struct Structured {
    std::string name;
    ResidualSystem system;
};

/// Random matrices that have one structure each, and the named systems.
std::vector<Structured> structured_systems(const Workspace& workspace) {
    std::vector<Structured> result;
    constexpr double h = 0.05;
    for (Index k = 0; k < workspace.seeds(); ++k) {
        const std::uint64_t seed = workspace.seed() + static_cast<std::uint64_t>(k);
        for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
            constexpr Index N = 8;
            const Matrix G = Random(seed, 3).normal_matrix(N, N, 1.0);
            const Matrix absolute = G.cwiseAbs();
            const Vector s = Random(seed, 4).normal_matrix(N, 1, 1.0).cwiseSign();
            const Matrix low = G.leftCols(3) * G.bottomRows(3);
            const auto add = [&](const char* name, const Matrix& W) {
                result.push_back(
                    {fmt::format("{}, {}, N = {}, seed {}", name, to_string(f), N, seed),
                     ResidualSystem(W, f, h)});
            };
            add("symmetric", (G + G.transpose()) / 2);
            add("antisymmetric", (G - G.transpose()) / 2);
            add("cooperative", absolute);
            add("competitive", -absolute);
            add("two camps", s.asDiagonal() * absolute * s.asDiagonal());
            add("dissipative", (G - G.transpose()) / 2 - Matrix::Identity(N, N));
            add("rank 3", low);
        }
    }
    for (const NamedSystem& system : named_systems()) {
        result.push_back({system.name, ResidualSystem(system.W, system.activation, h)});
    }
    return result;
}

/// Does the sign of w_ij say how residual j moves the growth of unit i? By differences of
/// d/dt f⁻¹(y_i) = Σ_j w_ij y_j, formed from the velocity of y alone.
Setting signs(const std::string& name, const ResidualSystem& system, std::uint64_t seed) {
    const Index N = system.dimension();
    const Levels range = levels(system.activation());
    Random random(seed, 9);
    const double width = range.high - range.low;
    const Vector y = random.uniform_vector(N, range.low + 0.25 * width, range.low + 0.7 * width);
    const Vector g = gain(system.activation(), y);
    const Vector growth = system.residual_velocity(y).cwiseQuotient(g);
    const double step = 0.05 * width;
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    // Rounding of a growth: below it a difference says nothing.
    const Vector noise =
        8.0 * static_cast<double>(N) * epsilon * (system.W().cwiseAbs().rowwise().sum() / step);
    Index wrong = 0;
    Index decided = 0;
    for (Index j = 0; j < N; ++j) {
        Vector moved = y;
        moved[j] += step;
        const Vector change =
            (system.residual_velocity(moved).cwiseQuotient(gain(system.activation(), moved)) -
             growth) /
            step;
        for (Index i = 0; i < N; ++i) {
            const double w = system.W()(i, j);
            if (std::abs(w) > noise[i]) {
                ++decided;
                wrong += (change[i] > 0) != (w > 0) ? 1 : 0;
            }
        }
    }
    return agrees(name + ": signs", 0.0, static_cast<double>(wrong), 0.0,
                  fmt::format("entries w_ij of {} ({} too small to tell from rounding) whose sign "
                              "is not that of the change of unit i's growth with residual j",
                              N * N, N * N - decided));
}

void add_theorems(ClaimResult& result, const std::string& name, const ResidualSystem& system,
                  const Workspace& workspace) {
    const StructureReport report =
        structure_report(system, interaction_report(system.W()), rank_report(system.W()));
    CheckOptions with;
    with.seed = workspace.seed();
    with.threads = workspace.threads();
    with.starts = workspace.quick() ? 3 : 6;
    Index observed = 0;
    for (const StructureCheck& check : check_structure(system, report, with)) {
        if (!check.claimed) {
            ++observed;  // the theorem promises nothing here
            continue;
        }
        result.settings.push_back(
            agrees(fmt::format("{}: {} ({})", name, check.law, check.map ? "network" : "flow"), 0.0,
                   std::max(check.violation, 0.0), check.tolerance,
                   fmt::format("largest violation, of {} comparisons on {} trajectories; from the "
                               "verdict {}",
                               check.comparisons, check.trajectories, check.verdict)));
    }
    if (observed > 0) {
        result.notes.push_back(
            fmt::format("{}: of the laws of the flow {} not claimed of the network at this step.",
                        name, observed));
    }
}

/// The heteroclinic cycle: dwell times grow by (5 + √13)/2 over two steps.
Setting dwell_ratio() {
    const std::string name = "heteroclinic-cycle: ratio of dwell times two steps apart";
    const double predicted = (5.0 + std::sqrt(13.0)) / 2.0;
    const ResidualSystem system(named_system("heteroclinic-cycle").W, Activation::Logistic);
    const PreactivationFlow flow(system);
    constexpr double t_end = 3e5;
    const Trajectory run = integrate(flow, Vector{{0.3, -0.2, 0.1}},
                                     {.t_end = t_end, .rel_tol = 1e-9, .abs_tol = 1e-9});
    // The vertex that the motion is at, by the signs of u; a dwell is the time at one.
    std::vector<double> begins;
    int last = -1;
    for (Index k = 0; k < run.x.cols(); ++k) {
        int vertex = 0;
        for (Index i = 0; i < 3; ++i) {
            vertex |= run.x(i, k) > 0 ? 1 << i : 0;
        }
        if (vertex != last) {
            begins.push_back(run.t[static_cast<std::size_t>(k)]);
            last = vertex;
        }
    }
    if (begins.size() < 8 || run.outcome != Outcome::ReachedEnd) {
        return undecided(name, fmt::format("{} dwells seen, run ended as {}", begins.size(),
                                           to_string(run.outcome)));
    }
    const std::size_t n = begins.size();
    const double later = begins[n - 1] - begins[n - 2];
    const double earlier = begins[n - 3] - begins[n - 4];
    constexpr double tolerance = 0.02;
    return agrees(name, predicted, later / earlier, tolerance,
                  fmt::format("the last two complete dwells of the same kind of {} up to "
                              "t = {:g}, in u; predicted (5 + √13)/2",
                              n - 1, t_end));
}

ClaimResult put_structure(Workspace& workspace) {
    ClaimResult result;
    if (!workspace.has_user_network()) {
        for (const Structured& one : structured_systems(workspace)) {
            workspace.part(one.name);
            add_theorems(result, one.name, one.system, workspace);
            result.settings.push_back(signs(one.name, one.system, workspace.seed()));
        }
        result.settings.push_back(dwell_ratio());
    }
    for (const Subject& subject : workspace.subjects(1)) {
        workspace.part(subject.name);
        if (!is_bounded(subject.network.activation)) {
            result.notes.push_back(subject.name + ": the laws are tested for bounded f only.");
            continue;
        }
        const ResidualSystem system = residual_system(subject.network);
        add_theorems(result, subject.name, system, workspace);
        result.settings.push_back(signs(subject.name, system, workspace.seed()));
    }
    // Weights that differ by layer: the laws are those of each layer, frozen.
    for (const Subject& subject : workspace.own_subjects(1)) {
        if (!is_bounded(subject.network.activation)) {
            result.notes.push_back(subject.name + ": the laws are tested for bounded f only.");
            continue;
        }
        for (const Index layer : {Index{0}, subject.network.depth - 1}) {
            const std::string name = fmt::format("{}, layer {} frozen", subject.name, layer);
            workspace.part(name);
            const ResidualSystem system = frozen_residual_system(subject.network, layer);
            add_theorems(result, name, system, workspace);
            result.settings.push_back(signs(name, system, workspace.seed()));
        }
    }
    return result;
}

}  // namespace

Claim structure() {
    return {
        3,
        "Signs of W decide cooperation and competition; structure theorems hold on trajectories",
        ClaimKind::Theorem,
        Needs::Matrix,
        "Every law that the theory claims of the flow, or of the network at this step, within "
        "what integration and rounding may do to it on sampled trajectories; signs without "
        "exception. Of weights that differ by layer the first and the last layer, frozen.",
        put_structure,
        trainings_of_both,
        true};
}

}  // namespace resdyn::claims
