#include <resdyn/settling/global_attraction.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/equilibria/origin.hpp>
#include <resdyn/interaction/scaling.hpp>

namespace resdyn {

namespace {

constexpr Index report_up_to = 12;  // N of origin_report and of exact copositivity
constexpr Index atlas_up_to = 8;    // 3^N patterns in some hundredths of a second

/// No weight is positive, and every unit suppresses itself.
bool only_suppression(const Matrix& W) {
    return (W.array() <= 0).all() && (W.diagonal().array() < 0).all();
}

/// yᵀ(−(PW + WᵀP) − (h/4) WᵀPW) y > 0 for all y ≥ 0, y ≠ 0. Every entry is lowered by a bound on
/// its rounding first, which can only make the form smaller where y ≥ 0.
bool falls_in_map(const ResidualSystem& system, const Vector& P) {
    const Matrix& W = system.W();
    const double h = system.step();
    const Matrix PW = P.asDiagonal() * W;
    Matrix M = -(PW + PW.transpose()) - (0.25 * h) * (W.transpose() * PW);
    const Matrix size = PW.cwiseAbs() + PW.cwiseAbs().transpose() +
                        (0.25 * h) * (W.cwiseAbs().transpose() * PW.cwiseAbs());
    const double rounding = 4.0 * (static_cast<double>(W.rows()) + 4.0);
    M -= rounding * std::numeric_limits<double>::epsilon() * size;
    M = (0.5 * (M + M.transpose())).eval();
    return M.allFinite() && !copositivity_violation(M, true);
}

std::optional<std::string> origin_proof(const ResidualSystem& system, Clock clock) {
    const Matrix& W = system.W();
    // The product of two factors is rounded: signs of the exact one are then not known.
    if (!system.factors() && only_suppression(W)) {
        return "no weight is positive and every own weight is negative, so that every u_i falls "
               "for ever (flow and network, any h)";
    }
    // A strictly copositive −PW needs it.
    if (W.rows() > report_up_to || !(W.diagonal().array() < 0).all()) {
        return std::nullopt;
    }
    const OriginReport report = origin_report(system);
    if (report.attracts != Decision::Yes) {
        return std::nullopt;
    }
    if (clock == Clock::Flow) {
        return report.attracts_reason;
    }
    if (!system.factors() && report.P && falls_in_map(system, *report.P)) {
        return "-(PW + W'P) - (h/4) W'PW is strictly copositive for a diagonal P > 0";
    }
    return std::nullopt;
}

/// Does `inner` have the held units of `face` at their levels?
bool lies_on(const Pattern& inner, const Pattern& face) {
    for (Index i = 0; i < face.size(); ++i) {
        if (face[i] != UnitState::Free && inner[i] != face[i]) {
            return false;
        }
    }
    return true;
}

bool conservative(const ResidualSystem& system) {
    return system.activation() == Activation::Tanh &&
           diagonal_scaling(system, Symmetry::Antisymmetric).exact;
}

std::optional<NoSettling> by_atlas(const ResidualSystem& system, const Pattern& face) {
    if (system.dimension() > atlas_up_to) {
        return std::nullopt;
    }
    const Atlas atlas = equilibrium_atlas(system, {.max_dimension = atlas_up_to, .threads = 1});
    if (!atlas.complete || atlas.not_listed > 0 ||
        static_cast<Index>(atlas.continua.size()) != atlas.continua_found) {
        return std::nullopt;
    }
    for (const Continuum& continuum : atlas.continua) {
        if (lies_on(continuum.pattern, face)) {
            return std::nullopt;
        }
    }
    NoSettling result;
    std::vector<std::string> names;
    for (const Equilibrium& e : atlas.equilibria) {
        if (!lies_on(e.pattern, face)) {
            continue;
        }
        if (e.spectrum.is_stable()) {
            return std::nullopt;
        }
        if (e.spectrum.unstable == e.free_spectrum.unstable) {
            names.push_back(fmt::format("{} ({})", to_string(e.pattern), to_string(e.type)));
            result.can_end.push_back(e);
        }
    }
    result.proof = fmt::format(
        "the complete atlas holds no equilibrium that attracts hyperbolically and no continuum; "
        "{}",
        names.empty() ? "no open face can hold the limit set of a start"
                      : fmt::format("limit sets that lie in one open face belong to {}: which of "
                                    "them draw starts, and how, is not decided by this",
                                    fmt::join(names, ", ")));
    return result;
}

}  // namespace

std::optional<ProvedLimit> proved_limit(const ResidualSystem& system, Clock clock) {
    if (system.activation() != Activation::Logistic) {
        return std::nullopt;
    }
    const auto proof = origin_proof(system, clock);
    if (!proof) {
        return std::nullopt;
    }
    const Pattern origin{
        std::vector<UnitState>(static_cast<std::size_t>(system.dimension()), UnitState::Low)};
    const FaceDecision decision = FaceSolver(system).decide(origin);
    return ProvedLimit{std::get<Equilibrium>(decision), *proof};
}

std::optional<NoSettling> no_settling(const ResidualSystem& system, Clock clock,
                                      const Pattern& face) {
    if (!is_bounded(system.activation())) {
        return std::nullopt;
    }
    const bool whole = static_cast<Index>(face.free_units().size()) == face.size();
    if (whole && conservative(system)) {
        return NoSettling{
            clock == Clock::Flow
                ? "conservative: E, the sum of p log cosh u, is constant with compact level sets, "
                  "and only a start that is an equilibrium already is at rest"
                : "conservative: E, the sum of p log cosh u, rises strictly from layer to layer, "
                  "and no boundary equilibrium holds all its saturated units strictly",
            {}};
    }
    return by_atlas(system, face);
}

}  // namespace resdyn
