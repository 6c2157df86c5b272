#include <resdyn/interaction/structure.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "exact_scaling.hpp"
#include "numerics/decompositions.hpp"
#include "numerics/exact_rank.hpp"

namespace resdyn {

namespace {

/// The order of the open cube survives a layer if h w_ii max f' ≥ −1 for all i.
void order_survives(const ResidualSystem& system, StructureVerdict& verdict) {
    verdict.network_test = "h w_ii max f' >= -1 for all i";
    if (!verdict.holds()) {
        return;
    }
    const double smallest =
        system.step() * max_slope(system.activation()) * system.W().diagonal().minCoeff();
    verdict.network_margin = 1.0 + smallest;
    verdict.network_holds = verdict.network_margin >= 0;
}

StructureVerdict sign_verdict(const SignTest& test, std::string name, std::string inequality,
                              std::string margin_meaning) {
    StructureVerdict verdict;
    verdict.name = std::move(name);
    verdict.status = test.holds ? VerdictStatus::Holds : VerdictStatus::Fails;
    verdict.test = std::move(inequality);
    verdict.margin = test.margin;
    verdict.margin_meaning = std::move(margin_meaning);
    verdict.violations = test.violations;
    verdict.witness = test.witness;
    return verdict;
}

StructureVerdict cooperative_verdict(const ResidualSystem& system, const SignTest& test) {
    StructureVerdict verdict =
        sign_verdict(test, "cooperative", "w_ij >= 0 for all i != j", "smallest off-diagonal w_ij");
    verdict.consequence =
        "the flow is monotone: u <= v stays so; it has no attracting cycle on the open cube";
    verdict.non_consequence =
        "not that every trajectory converges: unstable cycles and, where W is reducible, cycles of "
        "one part driven by nothing are not excluded";
    verdict.reference =
        "Mueller 1927, Kamke 1932; Hirsch, SIAM J. Math. Anal. 13 (1982) 167; Hadeler & Glas, J. "
        "Math. Anal. Appl. 95 (1983) 297";
    order_survives(system, verdict);
    return verdict;
}

StructureVerdict competitive_verdict(const ResidualSystem& system, const SignTest& test) {
    StructureVerdict verdict = sign_verdict(test, "competitive", "w_ij <= 0 for all i != j",
                                            "smallest off-diagonal -w_ij");
    const Index n = system.dimension();
    verdict.consequence =
        n <= 2   ? "N <= 2: every bounded trajectory of the flow converges to an equilibrium"
        : n == 3 ? "N = 3: the theorem of Poincare and Bendixson holds for the flow: no chaos"
                 : "the flow run backwards is monotone";
    verdict.non_consequence =
        n <= 2   ? "nothing about the network, which may oscillate from layer to layer"
        : n == 3 ? "not that trajectories converge: attracting cycles and heteroclinic cycles may "
                   "exist"
                 : "for N > 3 no dynamics of N - 1 dimensions is excluded (Smale 1976)";
    verdict.reference = "Hirsch, SIAM J. Math. Anal. 13 (1982) 167; 21 (1990) 1225";
    verdict.network_test = "nothing is claimed of the network";
    return verdict;
}

StructureVerdict balanced_verdict(const ResidualSystem& system, const SignTest& test) {
    StructureVerdict verdict =
        sign_verdict(test, "balanced", "signs s with s_i s_j w_ij >= 0 for all i != j",
                     "smallest s_i s_j w_ij off the diagonal");
    verdict.consequence = fmt::format(
        "two camps that cooperate inside and compete across; the flow is monotone for their order "
        "and has no attracting cycle{}",
        system.dimension() == 2 ? "; N = 2: every bounded trajectory converges" : "");
    verdict.non_consequence =
        "not which camp wins, and not that every trajectory converges for N > 2";
    verdict.reference = "Harary, Michigan Math. J. 2 (1953) 143; Smith, SIAM Review 30 (1988) 87";
    order_survives(system, verdict);
    return verdict;
}

VerdictStatus scaling_status(const DiagonalScaling& scaling, double rounding_tol) {
    return scaling.exact                       ? VerdictStatus::Holds
           : scaling.asymmetry <= rounding_tol ? VerdictStatus::HoldsToRounding
                                               : VerdictStatus::Fails;
}

StructureVerdict scaling_verdict(const DiagonalScaling& scaling, const StructureOptions& options) {
    StructureVerdict verdict;
    verdict.status = scaling_status(scaling, options.rounding_tol);
    verdict.margin = scaling.asymmetry;
    verdict.margin_meaning = "largest relative asymmetry of a pair, 0 where it holds exactly";
    verdict.violations = scaling.violations;
    verdict.witness = scaling.witness;
    return verdict;
}

StructureVerdict gradient_verdict(const ResidualSystem& system, const DiagonalScaling& scaling,
                                  const StructureOptions& options) {
    StructureVerdict verdict = scaling_verdict(scaling, options);
    verdict.name = "gradient-like";
    verdict.test = "p > 0 with p_i w_ij = p_j w_ji";
    verdict.consequence = fmt::format(
        "V = -y'PWy/2 falls along the flow, V' = -sum p_i g_i (Wy)_i^2{}",
        is_bounded(system.activation())
            ? ": every limit point is an equilibrium, a single one where they are isolated"
            : "; f is unbounded, so trajectories may run to infinity");
    verdict.non_consequence =
        "not convergence to one point where equilibria form a continuum, nor which equilibrium";
    verdict.reference =
        "Cohen & Grossberg, IEEE Trans. Syst. Man Cybern. 13 (1983) 815; Hopfield, PNAS 81 (1984) "
        "3088; LaSalle 1976";
    verdict.network_test = "(2/(h max f')) P + PW positive definite";
    if (verdict.holds()) {
        const double weight = 2.0 / (system.step() * max_slope(system.activation()));
        Matrix form = dissipation_form(system.W(), scaling.p, 0.0);
        const double size = form.norm();
        form.diagonal() += weight * scaling.p;
        verdict.network_margin = symmetric_eigenvalues(form)[0];
        const double error =
            8 * std::numeric_limits<double>::epsilon() * (size + weight * scaling.p.norm());
        verdict.network_holds = is_verified_positive_definite(form, error);
    }
    return verdict;
}

StructureVerdict conservative_verdict(const ResidualSystem& system, const DiagonalScaling& scaling,
                                      const StructureOptions& options) {
    StructureVerdict verdict = scaling_verdict(scaling, options);
    verdict.name = "conservative";
    verdict.test = "p > 0 with p_i w_ij = -p_j w_ji, and w_ii = 0";
    verdict.consequence = "E = sum p_i F(u_i) is constant along the flow: no attractor inside";
    verdict.non_consequence =
        "not that orbits close: for N > 2 they may be quasi-periodic or chaotic on a level set";
    verdict.reference =
        "Volterra 1931; Hofbauer & Sigmund, Evolutionary Games and Population Dynamics (1998) ch. "
        "5, 15";
    verdict.network_test = "never for W != 0: a layer adds up to (h^2/2) max f' sum p_i (Wy)_i^2";
    if (verdict.holds()) {
        verdict.network_holds = system.W().isZero(0.0);
    }
    return verdict;
}

StructureVerdict dissipative_verdict(const ResidualSystem& system, const Dissipativity& flow,
                                     const Dissipativity& network) {
    StructureVerdict verdict;
    verdict.name = "dissipative";
    verdict.status = flow.status == DissipativityStatus::Found        ? VerdictStatus::Holds
                     : flow.status == DissipativityStatus::Impossible ? VerdictStatus::Fails
                                                                      : VerdictStatus::NotFound;
    verdict.test = "sym(PW) negative definite for some diagonal P > 0";
    verdict.margin = flow.largest_eigenvalue;
    verdict.margin_meaning =
        flow.status == DissipativityStatus::Found
            ? "verified upper bound of the largest eigenvalue, P of mean 1"
            : "smallest largest eigenvalue that a search reached (0: not searched)";
    verdict.violations = flow.status == DissipativityStatus::Impossible ? 1 : 0;
    verdict.witness = flow.proof;
    verdict.consequence =
        system.activation() == Activation::Tanh
            ? "E = sum p_i F(u_i) falls along the flow; y -> 0 from every point of the open cube"
        : system.activation() == Activation::Logistic
            ? "E = sum p_i F(u_i) falls along the flow; y -> 0"
            : "E = sum p_i F(u_i) falls along the flow";
    verdict.non_consequence =
        "nothing about faces of the cube (there g_i = 0), and no rate near a saturated unit";
    verdict.reference =
        "Barker, Berman & Plemmons, Linear Multilinear Algebra 5 (1978) 249; Hofbauer & Sigmund "
        "(1998) ch. 15";
    verdict.network_test = "sym(PW) + (h max f'/2) W'PW negative definite for some diagonal P > 0";
    if (verdict.holds()) {
        if (network.status != DissipativityStatus::NotFound) {
            verdict.network_holds = network.status == DissipativityStatus::Found;
        }
        verdict.network_margin = -network.largest_eigenvalue;
    }
    return verdict;
}

StructureVerdict rank_verdict(const ResidualSystem& system, const RankReport& rank,
                              const RankBounds& bounds, const StructureOptions& options) {
    const Index n = system.dimension();
    const double largest = rank.singular_values[0];
    const double smallest = rank.singular_values[n - 1];
    const double ratio = largest > 0 ? smallest / largest : 0.0;
    StructureVerdict verdict;
    verdict.name = "rank-deficient";
    verdict.status = bounds.at_most < n ? VerdictStatus::Holds
                     : rank.rank < n || ratio <= options.rounding_tol
                         ? VerdictStatus::HoldsToRounding
                         : VerdictStatus::Fails;
    verdict.test = "rank W < N: left null vectors l of W";
    verdict.margin = smallest;
    verdict.margin_meaning = fmt::format(
        "smallest singular value: l.u then moves by one in a time of {:.4g} at |y| = 1; numerical "
        "rank {} of {} (tolerance {:.2g}), exact rank {}",
        smallest > 0 ? 1.0 / smallest : std::numeric_limits<double>::infinity(), rank.rank, n,
        rank.tolerance,
        bounds.is_exact() ? fmt::format("{}", bounds.at_most)
                          : fmt::format("{} to {}", bounds.at_least, bounds.at_most));
    verdict.violations = verdict.status == VerdictStatus::Fails ? 1 : 0;
    verdict.witness = verdict.status == VerdictStatus::Fails
                          ? fmt::format("the smallest singular value is {:.4g}", smallest)
                          : "";
    verdict.consequence = system.factors()
                              ? "l.u is constant, in the flow and in the network; a leaf per input "
                                "where l'B != 0"
                              : "l.u is constant, in the flow and in the network, and equals l.b "
                                "for every input: all inputs share one leaf";
    verdict.non_consequence = "nothing about the motion within a leaf";
    verdict.reference =
        "linear invariants: Hairer, Lubich & Wanner, Geometric Numerical "
        "Integration (2006) thm. IV.1.5";
    verdict.network_test = "always";
    if (verdict.holds()) {
        verdict.network_holds = true;
    }
    return verdict;
}

}  // namespace

std::string_view to_string(VerdictStatus status) {
    switch (status) {
        case VerdictStatus::Holds:
            return "holds";
        case VerdictStatus::HoldsToRounding:
            return "holds_to_rounding";
        case VerdictStatus::Fails:
            return "fails";
        case VerdictStatus::NotFound:
            return "not_found";
    }
    return "unknown";
}

StructureReport structure_report(const ResidualSystem& system, const InteractionReport& interaction,
                                 const RankReport& rank, const StructureOptions& options) {
    if (!(options.rounding_tol >= 0) || options.search_up_to < 0) {
        reject_argument("structure_report", "rounding_tol and search_up_to >= 0",
                        fmt::format("{} and {}", options.rounding_tol, options.search_up_to));
    }
    const Matrix& W = system.W();
    if (rank.singular_values.size() != W.rows() || interaction.received.size() != W.rows()) {
        reject_argument("structure_report", "the reports of system.W()", "others");
    }
    StructureReport report;
    report.camps = interaction.camps;
    const auto exact_W = exact_residual_matrix(system);
    report.exact_subject = !system.factors() ? "stored W"
                           : exact_W         ? "exact product B A"
                                             : "rounded product B A";
    report.gradient = diagonal_scaling(W, Symmetry::Symmetric, exact_W);
    report.conservative = diagonal_scaling(W, Symmetry::Antisymmetric, exact_W);
    report.dissipative = find_dissipativity(W, {.search_up_to = options.search_up_to});
    if (report.dissipative.status == DissipativityStatus::Found) {
        report.network_dissipative =
            find_dissipativity(W, {.coupling = 0.5 * system.step() * max_slope(system.activation()),
                                   .search_up_to = options.search_up_to});
    } else {
        report.network_dissipative.proof =
            "not searched: the flow has no such P, or none was found";
    }
    std::vector<exact::IntegerMatrix> factors;
    if (system.factors()) {
        factors = {exact::binary_matrix(system.factors()->B).entries,
                   exact::binary_matrix(system.factors()->A).entries};
    } else {
        factors = {exact_W->entries};
    }
    report.exact_rank = exact::rank_bounds(factors);
    report.null_vectors = rank.left_null_vectors;
    report.verdicts = {
        cooperative_verdict(system, interaction.cooperative),
        competitive_verdict(system, interaction.competitive),
        balanced_verdict(system, interaction.balanced),
        gradient_verdict(system, report.gradient, options),
        conservative_verdict(system, report.conservative, options),
        dissipative_verdict(system, report.dissipative, report.network_dissipative),
        rank_verdict(system, rank, report.exact_rank, options),
    };
    return report;
}

}  // namespace resdyn
