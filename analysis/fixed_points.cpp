// Claim 2. Fixed points and Jacobian spectra: what the theory gives analytically is what Newton's
// method, finite differences and Krylov iterations find.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/equilibria/local_spectrum.hpp>
#include <resdyn/settling/root_search.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>

#include "claims.hpp"
#include "numerics/decompositions.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr Index complete_up_to = 6;    ///< N up to which every equilibrium is enumerated.
constexpr std::size_t looked_at = 60;  ///< equilibria of one network whose spectra are compared.
/// Error of a Jacobian by central differences, relative to 1 + ‖J‖.
constexpr double difference_error = 1e-7;
constexpr double well_conditioned = 1e8;  ///< κ(V) up to which an eigenvalue can be compared.

/// Largest distance of a value of one list to the nearest of the other, both ways.
double hausdorff(const std::vector<Complex>& a, const std::vector<Complex>& b) {
    double worst = 0.0;
    const auto one_way = [&worst](const std::vector<Complex>& from,
                                  const std::vector<Complex>& to) {
        for (const Complex& v : from) {
            double nearest = std::numeric_limits<double>::infinity();
            for (const Complex& w : to) {
                nearest = std::min(nearest, std::abs(v - w));
            }
            worst = std::max(worst, nearest);
        }
    };
    one_way(a, b);
    one_way(b, a);
    return worst;
}

/// How far a perturbation of J by `difference_error` may move eigenvalues: κ(V)‖δJ‖ (Bauer, Fike,
/// Numer. Math. 2, 1960, 137). Infinite where the eigenvectors are too nearly dependent to say.
double spectral_tolerance(const Matrix& J) {
    constexpr double unknown = std::numeric_limits<double>::infinity();
    if (!std::isfinite(J.norm())) {
        return unknown;
    }
    const Eigenpairs pairs = eigenpairs(J);
    if (!pairs.converged) {
        return unknown;
    }
    const Vector s = singular_values(pairs.vectors);
    const double condition = s[s.size() - 1] > 0 ? s[0] / s[s.size() - 1] : unknown;
    return condition <= well_conditioned ? condition * difference_error * (1.0 + J.norm())
                                         : unknown;
}

/// Worst disagreement of spectra, in units of what finite differences may do.
struct SpectrumTally {
    double worst = 0.0;     ///< over its tolerance.
    double distance = 0.0;  ///< as it is, of all that were compared.
    Index compared = 0;
    Index ill_conditioned = 0;

    void add(double tolerance, double found) {
        if (!std::isfinite(tolerance)) {
            ++ill_conditioned;
            return;
        }
        ++compared;
        worst = std::max(worst, found / tolerance);
        distance = std::max(distance, found);
    }
};

Setting spectrum_setting(const std::string& name, const SpectrumTally& tally,
                         const std::string& points) {
    if (tally.compared == 0) {
        return undecided(name, fmt::format("no spectrum to compare: {} of {} ill-conditioned",
                                           tally.ill_conditioned, points));
    }
    return agrees(name, 0.0, tally.worst, 1.0,
                  fmt::format("largest distance between analytic and numerical eigenvalues (finite "
                              "differences, Krylov or dense) in units of κ(V) {:g} (1 + ‖J‖); "
                              "{:.1e} as it is; {} spectra at {}, {} left out as ill-conditioned",
                              difference_error, tally.distance, tally.compared, points,
                              tally.ill_conditioned));
}

/// The flow's spectrum at y: the routes of local_spectrum against each other or, at an equilibrium,
/// against its block formula. The field is a cubic in y, so differences err by the square of their
/// step times W at most.
void compare_flow(const ResidualSystem& system, const Vector& y, const Equilibrium* e,
                  SpectrumTally& tally) {
    const LocalSpectrum found = local_spectrum(system, y, {});
    const std::vector<Complex>& analytic =
        e != nullptr ? e->flow_eigenvalues : found.routes.front().values;
    const double tolerance = spectral_tolerance(local_jacobian(system, y, false));
    for (const RouteSpectrum& route : found.routes) {
        if (route.route != SpectrumRoute::Analytic && route.values.size() == analytic.size()) {
            tally.add(tolerance, hausdorff(analytic, route.values));
        }
    }
}

/// The layer map's at an equilibrium: multipliers of the block formula against differences of the
/// map in u over the free units, and against the rate at which the distance of a saturated unit to
/// its level changes a layer, taken at |u| = 30. (In y the map's third derivatives have no bound.)
void compare_map(const ResidualSystem& system, const Equilibrium& e, SpectrumTally& tally) {
    const std::vector<Index> free = e.pattern.free_units();
    const Vector drive = system.step() * (system.W() * e.y);
    std::vector<Complex> numerical;
    constexpr double saturated = 30.0;
    const Activation f = system.activation();
    for (Index i = 0; i < e.pattern.size(); ++i) {
        if (e.pattern[i] != UnitState::Free) {
            const double u = e.pattern[i] == UnitState::High ? saturated : -saturated;
            numerical.emplace_back(slope(f, u + drive[i]) / slope(f, u));
        }
    }
    // Far out in saturation the ratio has left its limit, or has under- or overflown.
    if (drive.cwiseAbs().maxCoeff() > saturated / 2) {
        return;
    }
    double tolerance = difference_error * std::exp(2.0 * drive.cwiseAbs().maxCoeff());
    if (!free.empty()) {
        const Vector y_fixed = e.y;
        const Vector u_free = inverse(f, Vector(e.y(free)));
        const auto layer = [&](const Vector& u) {
            Vector y = y_fixed;
            y(free) = activate(f, u);
            return Vector(u + system.step() * (system.W() * y)(free));
        };
        for (const Complex& value : eigenvalues(finite_difference_jacobian(layer, u_free))) {
            numerical.push_back(value);
        }
        const Matrix block =
            Matrix::Identity(u_free.size(), u_free.size()) +
            system.step() * Matrix(system.W()(free, free)) * slope(f, u_free).asDiagonal();
        tolerance = std::max(tolerance, spectral_tolerance(block));
    }
    tally.add(tolerance, hausdorff(e.multipliers, numerical));
}

/// The layer map's in u at any point: analytic Jacobian against differences.
void compare_map_in_u(const ResidualSystem& system, const Vector& u, SpectrumTally& tally) {
    const Matrix J = system.preactivation_map_jacobian(u);
    const auto layer = [&system](const Vector& at) { return system.preactivation_map(at); };
    tally.add(spectral_tolerance(J),
              hausdorff(eigenvalues(J), eigenvalues(finite_difference_jacobian(layer, u))));
}

/// Every root that a search from random seeds proves must be an equilibrium of the complete list.
void add_complete(ClaimResult& result, const Subject& subject, const ResidualSystem& system,
                  const Workspace& workspace) {
    const Atlas atlas =
        equilibrium_atlas(system, {.listing = Listing::All, .threads = workspace.threads()});
    const Levels range = levels(system.activation());
    const Index N = system.dimension();
    const Box cube{Vector::Constant(N, range.low), Vector::Constant(N, range.high)};
    RootSearchOptions with;
    with.starts = workspace.quick() ? 64 : 256;
    with.deflation_rounds = 2;
    with.outlier_factor = 1.0;
    with.seed = workspace.seed();
    with.threads = workspace.threads();
    with.bounds = [&system](const Vector& y) { return residual_flow_bounds(system, y); };
    const RootSearchResult roots = find_roots(ResidualFlow(system), cube, with);
    double worst = 0.0;
    Index proved = 0;
    constexpr double at_level = 1e-9;  // a root this near to the cube's border may be outside
    for (const Root& root : roots.roots) {
        const bool inside = (root.x.array() >= range.low - at_level).all() &&
                            (root.x.array() <= range.high + at_level).all();
        if (!root.proof.proved || !inside) {
            continue;
        }
        ++proved;
        double nearest = std::numeric_limits<double>::infinity();
        for (const Equilibrium& e : atlas.equilibria) {
            nearest = std::min(nearest, (e.y - root.x).cwiseAbs().maxCoeff());
        }
        constexpr double rounding = 4.0 * std::numeric_limits<double>::epsilon();
        worst = std::max(worst, nearest / (root.proof.radius + rounding));
    }
    const std::string name = subject.name + ": fixed points";
    if (!atlas.complete || proved == 0) {
        result.settings.push_back(undecided(name, "no root of Newton's could be proved"));
    } else {
        result.settings.push_back(
            agrees(name, 0.0, worst, 1.0,
                   fmt::format("largest distance of the {} roots that Newton found and the theorem "
                               "of Kantorovich proved to the nearest of the {} of the exact list, "
                               "in units of the proof's radius",
                               proved, atlas.counts.total)));
    }
    if (atlas.index.applies && system.activation() == Activation::Tanh) {
        result.settings.push_back(
            agrees(subject.name + ": index", 1.0, static_cast<double>(atlas.index.sum), 0.0,
                   "sum of sign det(−W_FF) over the equilibria of the complete list whose "
                   "saturated units are on their stable side; predicted 1 (tanh)"));
    }
    SpectrumTally tally;
    const std::size_t stride = std::max<std::size_t>(1, atlas.equilibria.size() / looked_at);
    std::size_t points = 0;
    for (std::size_t k = 0; k < atlas.equilibria.size(); k += stride) {
        compare_flow(system, atlas.equilibria[k].y, &atlas.equilibria[k], tally);
        compare_map(system, atlas.equilibria[k], tally);
        ++points;
    }
    result.settings.push_back(
        spectrum_setting(subject.name + ": spectra", tally, fmt::format("{} equilibria", points)));
}

/// Where the states come to rest, and points on their way there.
void add_visited(ClaimResult& result, const Subject& subject, const ResidualSystem& system,
                 const Workspace& workspace) {
    const Matrix u0 = initial_preactivation(subject.network, subject.x0);
    SettleOptions settle_with;
    settle_with.threads = workspace.threads();
    settle_with.max_layers = workspace.quick() ? 1000 : 2000;
    const SettleResult settled = settle(system, u0, settle_with);
    const ResidualFlow flow(system);
    double worst = 0.0;
    Index proved = 0;
    SpectrumTally at_rest;
    const std::size_t groups = std::min<std::size_t>(settled.groups.size(), 5);
    const bool small = system.dimension() <= 100;
    for (std::size_t k = 0; k < groups; ++k) {
        const Equilibrium& e = settled.groups[k].equilibrium;
        const NewtonResult newton_end = newton(flow, e.y);
        const RootProof proof =
            prove_root(flow, newton_end.x, residual_flow_bounds(system, newton_end.x));
        if (proof.proved && small) {
            ++proved;
            constexpr double rounding = 4.0 * std::numeric_limits<double>::epsilon();
            worst = std::max(
                worst, (e.y - newton_end.x).cwiseAbs().maxCoeff() / (proof.radius + rounding));
        }
        if (small) {
            compare_flow(system, e.y, &e, at_rest);
            compare_map(system, e, at_rest);
        }
    }
    const std::string name = subject.name + ": resting places";
    if (proved > 0) {
        result.settings.push_back(agrees(
            name, 0.0, worst, 1.0,
            fmt::format("distance of {} verified resting places of {} inputs to the roots that "
                        "Newton's method and the theorem of Kantorovich prove near them, in units "
                        "of the proof's radius",
                        proved, u0.cols())));
        result.settings.push_back(spectrum_setting(subject.name + ": spectra at resting places",
                                                   at_rest,
                                                   fmt::format("{} resting places", groups)));
    } else {
        result.notes.push_back(fmt::format(
            "{}: {} of {} inputs settled within {} layers, none where Newton's method could prove "
            "a root; spectra are compared on the way.",
            subject.name, settled.count(SettleOutcome::Settled), u0.cols(),
            settle_with.max_layers));
    }
    const LayerStates states = run_layers(subject.network, subject.x0.leftCols(1));
    SpectrumTally on_the_way;
    const Vector y = states.y.back().col(0);
    Index points = 0;
    if (small) {
        compare_flow(system, y, nullptr, on_the_way);
        compare_map_in_u(system, states.u.back().col(0), on_the_way);
        ++points;
    } else {
        // Large: the leading values by Krylov against the dense spectrum, flow only.
        LocalSpectrumOptions with;
        with.leading = 10;
        with.dense_up_to = system.dimension();
        const LocalSpectrum found = local_spectrum(system, y, with);
        double distance = 0.0;
        double largest = 0.0;
        for (const RouteSpectrum& route : found.routes) {
            for (const double residual : route.residuals) {
                distance = std::max(distance, residual);
            }
            for (const Complex& value : route.values) {
                largest = std::max(largest, std::abs(value));
            }
        }
        result.settings.push_back(
            agrees(subject.name + ": leading spectrum on the way", 0.0, distance,
                   difference_error * (1.0 + local_jacobian(system, y, false).norm()),
                   fmt::format("largest ‖Jv − λv‖, J analytic, of the 10 leading pairs by the {} "
                               "routes (dense, finite differences, Krylov) at y_{{L−1}} of one "
                               "input; |λ| up to {:.3g}, routes {:.1e} apart",
                               found.routes.size(), largest, found.disagreement)));
        return;
    }
    result.settings.push_back(spectrum_setting(subject.name + ": spectra on the way", on_the_way,
                                               fmt::format("{} point of a trajectory", points)));
}

ClaimResult put_fixed_points(Workspace& workspace) {
    ClaimResult result;
    for (const Subject& subject : workspace.subjects(workspace.quick() ? 20 : 50)) {
        workspace.part(subject.name);
        if (!is_bounded(subject.network.activation)) {
            result.notes.push_back(subject.name + ": equilibria are compared for bounded f only.");
            continue;
        }
        const ResidualSystem system = residual_system(subject.network);
        if (system.dimension() <= complete_up_to) {
            add_complete(result, subject, system, workspace);
        } else {
            add_visited(result, subject, system, workspace);
        }
    }
    return result;
}

}  // namespace

Claim fixed_points() {
    return {2,
            "Fixed points and Jacobian spectra: analytic = numerical",
            ClaimKind::Theorem,
            Needs::Matrix,
            "Roots that Newton's method finds and a theorem proves lie at equilibria of the exact "
            "list, within the proof's radius. Eigenvalues from the block formula agree with those "
            "of finite differences and of Krylov iterations within Bauer and Fike's bound for the "
            "error of the differences.",
            put_fixed_points,
            shared_trainings};
}

}  // namespace resdyn::claims
