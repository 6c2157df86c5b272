// Claim 10. What the network keeps of its ODE: it converges to the flow at first order, keeps
// linear invariants and saturated stability for every step, keeps an interior attractor exactly up
// to h*, and beyond differs in kind.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/stable/stable_equilibria.hpp>
#include <resdyn/transient/discretisation.hpp>
#include <resdyn/transient/flow_fidelity.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr Index own_inputs = 100;  ///< followed to say whether a trained network is an ODE.

/// Growth a layer of a small perturbation of a fixed point under the layer map, measured; the power
/// method on the nonlinear map itself, the perturbation taken back to its size after each layer.
double measured_growth(const ResidualSystem& system, const Vector& u_star, Index layers,
                       std::uint64_t seed) {
    constexpr double size = 1e-7;
    Vector d = Random(seed, 5).normal_matrix(u_star.size(), 1, 1.0);
    d *= size / d.norm();
    const Vector image = system.preactivation_map(u_star);
    const Index burn_in = layers / 2;
    double log_growth = 0.0;
    for (Index n = 0; n < layers; ++n) {
        const Vector next = system.preactivation_map(u_star + d) - image;
        const double growth = next.norm() / size;
        if (n >= burn_in) {
            log_growth += std::log(growth);
        }
        d = next * (size / next.norm());
    }
    return std::exp(log_growth / static_cast<double>(layers - burn_in));
}

struct StepCurve {
    std::string name;
    std::vector<double> ratio;      ///< h/h*.
    std::vector<double> predicted;  ///< max |1 + hμ|.
    std::vector<double> measured;
};

/// Interior equilibrium 0 of tanh: multipliers 1 + hμ, the eigenvalues of W itself.
StepCurve around_h_star(ClaimResult& result, const std::string& name, const Matrix& W,
                        std::uint64_t seed) {
    StepCurve curve;
    curve.name = name;
    const FaceSolver solver(ResidualSystem(W, Activation::Tanh, 1.0));
    const Pattern interior{
        std::vector<UnitState>(static_cast<std::size_t>(W.rows()), UnitState::Free)};
    const FaceDecision decision = solver.decide(interior);
    const auto* origin = std::get_if<Equilibrium>(&decision);
    const std::optional<double> h_star =
        origin == nullptr ? std::nullopt : two_clocks(solver.system(), *origin).largest_stable_step;
    if (!h_star || !std::isfinite(*h_star)) {
        result.settings.push_back(undecided(name + ": h*", "0 is not a stable interior point"));
        return curve;
    }
    for (const double ratio : {0.25, 0.5, 0.75, 0.9, 0.98, 1.02, 1.1, 1.5, 2.0}) {
        const ResidualSystem system(W, Activation::Tanh, ratio * *h_star);
        double predicted = 0.0;
        for (const Complex& mu : eigenvalues(W)) {
            predicted = std::max(predicted, std::abs(1.0 + system.step() * mu));
        }
        constexpr Index layers = 4000;
        const double growth = measured_growth(system, Vector::Zero(W.rows()), layers, seed);
        curve.ratio.push_back(ratio);
        curve.predicted.push_back(predicted);
        curve.measured.push_back(growth);
        constexpr double tolerance = 2e-3;
        result.settings.push_back(agrees(
            fmt::format("{}: growth a layer at h = {:g} h*", name, ratio), predicted, growth,
            tolerance,
            fmt::format("max |1 + hμ| against the growth a layer of a perturbation of 1e-7 over "
                        "{} layers; h* = {:.6g}",
                        layers / 2, *h_star)));
        // Below h* nearby starts return, above they do not.
        if (ratio == 0.98 || ratio == 1.02) {
            Vector u = 1e-3 * Random(seed, 6).normal_matrix(W.rows(), 1, 1.0);
            const double before = u.norm();
            for (Index n = 0; n < layers; ++n) {
                u = system.preactivation_map(u);
            }
            const bool returned = u.norm() < before;
            result.settings.push_back(agrees(
                fmt::format("{}: returns to 0 at h = {:g} h*", name, ratio), ratio < 1 ? 1.0 : 0.0,
                returned ? 1.0 : 0.0, 0.0,
                fmt::format("1: a start at distance {:.1e} ends nearer to 0, at {:.1e} after {} "
                            "layers; predicted below h* only",
                            before, u.norm(), layers)));
        }
    }
    return curve;
}

/// tanh, w = −3, h = 1 > h* = 2/3: the flow goes to 0, the network to a cycle of period 2.
Setting period_two() {
    const ResidualSystem system(Matrix::Constant(1, 1, -3.0), Activation::Tanh, 1.0);
    // u → −u: 2u = 3 tanh u, by bisection.
    double low = 0.5;
    double high = 3.0;
    for (int k = 0; k < 200; ++k) {
        const double middle = 0.5 * (low + high);
        (2.0 * middle < 3.0 * std::tanh(middle) ? low : high) = middle;
    }
    Vector u = Vector::Constant(1, 0.1);
    for (int n = 0; n < 2000; ++n) {
        u = system.preactivation_map(u);
    }
    const Vector next = system.preactivation_map(u);
    return agrees("tanh, w = −3, h = 1.5 h*: period 2", low, 0.5 * std::abs(u[0] - next[0]), 1e-9,
                  "half the distance of two successive u after 2000 layers; predicted the positive "
                  "root of 2u = 3 tanh u");
}

/// Stable vertices keep every step: h from 0.01 to 100, starts next to the vertex.
std::optional<Setting> vertices(const std::string& name, const ResidualSystem& flow_system,
                                const Workspace& workspace) {
    const StableSearch found = stable_equilibria(flow_system, {});
    std::vector<const Equilibrium*> stable;
    for (const Equilibrium& e : found.equilibria) {
        if (e.pattern.is_vertex() && stable.size() < 20) {
            stable.push_back(&e);
        }
    }
    const std::string label = name + ": stable vertices at every step";
    if (stable.empty()) {
        return std::nullopt;  // nothing is claimed
    }
    Index tried = 0;
    Index kept = 0;
    for (const double h : {0.01, 0.1, 1.0, 10.0, 100.0}) {
        const ResidualSystem system(flow_system.W(), flow_system.activation(), h);
        for (const Equilibrium* e : stable) {
            const Matrix u0 = open_preactivation(system.activation(), e->y, 1e-4);
            SettleOptions with;
            with.max_layers = 200'000;
            with.threads = workspace.threads();
            const SettleResult settled = settle(system, u0, with);
            ++tried;
            kept += settled.groups.size() == 1 &&
                            settled.groups.front().equilibrium.pattern == e->pattern
                        ? 1
                        : 0;
        }
    }
    return agrees(label, 1.0, static_cast<double>(kept) / static_cast<double>(tried), 0.0,
                  fmt::format("share of {} starts next to {} stable vertices, h = 0.01 to 100, "
                              "that the layer map takes to the vertex",
                              tried, stable.size()));
}

/// ℓ·u of the left null vectors of W, constant in the network.
std::optional<Setting> invariants(const Subject& subject, const ResidualSystem& system) {
    const RankReport rank = rank_report(system.W());
    if (rank.left_null_vectors.cols() == 0) {
        return std::nullopt;
    }
    const LayerStates states = run_layers(subject.network, subject.x0);
    const Matrix drift = rank.left_null_vectors.transpose() * (states.u.back() - states.u.front());
    const double L = static_cast<double>(subject.network.depth);
    double largest = 0.0;
    for (const Matrix& u : states.u) {
        largest = std::max(largest, u.cwiseAbs().maxCoeff());
    }
    const auto N = static_cast<double>(system.dimension());
    const double y_norm = std::sqrt(N) * states.y.back().cwiseAbs().maxCoeff();
    const double tolerance =
        L * (subject.network.step * rank.tolerance * y_norm + 8.0 * N * epsilon * largest);
    return agrees(subject.name + ": linear invariants", 0.0, drift.cwiseAbs().maxCoeff(), tolerance,
                  fmt::format("largest change of ℓ·u over {} layers, of {} left null vectors of W; "
                              "tolerance: rounding of a layer and of the null vectors, times L",
                              subject.network.depth, rank.left_null_vectors.cols()));
}

/// x_L against x(T), halving the step.
Setting order(const Subject& subject, const Workspace& workspace) {
    DiscretisationOptions with;
    with.halvings = subject.network.width() > 100 ? 8 : 11;
    with.threads = workspace.threads();
    const DiscretisationReport report = compare_with_flow(subject.network, subject.x0, with);
    const std::string name = subject.name + ": order of x_L against x(T)";
    const std::size_t n = report.observed_order.size();
    const double last = report.observed_order[n - 1];
    const double before = report.observed_order[n - 2];
    const double distance = report.final_distance.back();
    constexpr double still_changing = 0.05;
    const double scale = report.scale.bottomRows(1).maxCoeff();
    if (!(std::abs(last - before) <= still_changing) || distance < 1e3 * with.rel_tol * scale) {
        return undecided(
            name,
            fmt::format("not yet asymptotic at h/2^{}: order {:.3f}, then {:.3f}; rms "
                        "distance {:.2e} there, {:.2e} at the network's own step",
                        with.halvings, before, last, distance, report.final_distance.front()));
    }
    constexpr double order_tolerance = 0.1;
    return agrees(name, 1.0, last, order_tolerance,
                  fmt::format("order in h at h/2^{}; rms distance {:.2e} there, {:.2e} at the "
                              "network's own step",
                              with.halvings, distance, report.final_distance.front()));
}

ClaimResult put_discretisation(Workspace& workspace) {
    ClaimResult result;
    std::vector<StepCurve> curves;
    if (!workspace.has_user_network()) {
        workspace.part("steps around h*");
        for (Index k = 0; k < workspace.seeds(); ++k) {
            const std::uint64_t seed = workspace.seed() + static_cast<std::uint64_t>(k);
            constexpr Index N = 4;
            const Matrix G = Random(seed, 7).normal_matrix(N, N, 1.0);
            const Matrix W = (G - G.transpose()) / 2 - Matrix::Identity(N, N);
            curves.push_back(around_h_star(
                result, fmt::format("tanh, −I + antisymmetric, N = {}, seed {}", N, seed), W,
                seed));
        }
        curves.push_back(
            around_h_star(result, "dissipative", named_system("dissipative").W, workspace.seed()));
        result.settings.push_back(period_two());
        for (const char* name : {"winner-takes-all", "mutual-help", "hopfield"}) {
            workspace.part(name);
            const NamedSystem& system = named_system(name);
            if (auto setting =
                    vertices(name, ResidualSystem(system.W, system.activation), workspace)) {
                result.settings.push_back(*setting);
            }
        }
    }
    for (const Subject& subject : workspace.subjects(4)) {
        workspace.part(subject.name);
        result.settings.push_back(order(subject, workspace));
        const ResidualSystem system = residual_system(subject.network);
        if (auto setting = invariants(subject, system)) {
            result.settings.push_back(*setting);
        }
        constexpr Index small = 6;
        if (is_bounded(system.activation()) && system.dimension() <= small) {
            if (auto setting = vertices(subject.name, system, workspace)) {
                result.settings.push_back(*setting);
            } else {
                result.notes.push_back(subject.name +
                                       ": no stable vertex, whose stability could be tested.");
            }
        }
    }
    // Weights that differ by layer: the flow is that of the straight lines between the layers.
    for (const Subject& subject : workspace.own_subjects(4)) {
        workspace.part(subject.name);
        result.settings.push_back(order(subject, workspace));
    }
    for (const TrainedNetwork& one : workspace.trained_own()) {
        const Dataset some = one.test->draw(own_inputs, workspace.seed());
        const Matrix x0 = initial_activity(one.network, some.inputs.cast<double>());
        const FlowFidelity found = flow_fidelity(
            one.network,
            compare_with_flow(one.network, x0, {.halvings = 1, .threads = workspace.threads()}),
            some.labels);
        result.notes.push_back(
            fmt::format("{}: that the order is 1 says nothing of it; by the rule of resdyn "
                        "discretisation it is "
                        "{} (distance {:.3g} ± {:.2g} of the way, {} inputs).",
                        one.name, to_string(found.verdict), found.mean_relative.mean,
                        found.mean_relative.standard_error, found.followed));
    }
    if (!curves.empty()) {
        figures::Figure figure;
        figure.id = "claim-10-growth-around-h-star";
        figure.title = "A layer's growth of a perturbation around h*";
        figure.caption =
            "Largest multiplier max |1 + hμ| of the origin (lines) and the growth a layer of a "
            "small perturbation under the layer map (crosses), against h/h*; dotted: 1.";
        figures::Panel panel;
        panel.x = {"h / h*"};
        panel.y = {"growth a layer"};
        panel.legend = figures::Legend::TopLeft;
        Index colour = 0;
        for (const StepCurve& curve : curves) {
            const std::string tint = figures::palette_colour(colour++);
            panel.series.push_back({figures::Mark::Line,
                                    curve.name + ", predicted",
                                    curve.name,
                                    {{"h_over_h_star", curve.ratio}, {"growth", curve.predicted}},
                                    {.colour = tint}});
            panel.series.push_back({figures::Mark::Points,
                                    curve.name + ", measured",
                                    "",
                                    {{"h_over_h_star", curve.ratio}, {"growth", curve.measured}},
                                    {.colour = tint, .symbol = 2}});
        }
        panel.series.push_back({figures::Mark::Line,
                                "one",
                                "",
                                {{"h_over_h_star", {0.2, 2.0}}, {"growth", {1.0, 1.0}}},
                                {.colour = "#555555", .width = 1.0, .dash = 3}});
        figure.panels = {panel};
        result.figures.push_back(figure);
    }
    return result;
}

}  // namespace

Claim discretisation() {
    return {10,
            "What the network keeps of its ODE: order, invariants, h* and beyond",
            ClaimKind::Theorem,
            Needs::Matrix,
            "Order 1 ± 0.1 once it no longer changes; growth a layer within 0.002 of max |1 + hμ| "
            "on both sides of h*; stable vertices kept at every step, without exception; ℓ·u "
            "constant to rounding.",
            put_discretisation,
            trainings_of_both,
            true};
}

}  // namespace resdyn::claims
