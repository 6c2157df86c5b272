// Bifurcations along paths: closed forms, and random paths against a fine scan of atlases.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/bifurcation/continuum_extent.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/clocks.hpp>
#include <resdyn/model/systems.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(bifurcation_)

namespace {

std::vector<Bifurcation> of_kind(const BifurcationDiagram& diagram, BifurcationKind kind) {
    std::vector<Bifurcation> found;
    std::copy_if(diagram.events.begin(), diagram.events.end(), std::back_inserter(found),
                 [kind](const Bifurcation& event) { return event.kind == kind; });
    return found;
}

/// Unstable dimension by pattern, flow and map, of every isolated equilibrium at α.
std::map<Pattern, std::pair<Index, Index>> scanned(const ParameterPath& path, double alpha) {
    const ResidualSystem system = path.system_at(alpha);
    std::map<Pattern, std::pair<Index, Index>> result;
    for (const Equilibrium& e :
         equilibrium_atlas(system, {.threads = 1, .max_listed = 1'000'000}).equilibria) {
        Index outside = 0;
        for (const Complex m : e.multipliers) {
            outside += std::abs(m) > 1 ? 1 : 0;
        }
        result[e.pattern] = {e.spectrum.unstable, outside};
    }
    return result;
}

/// Saturated units at level 0 only: W_FF y_F = 0.
bool unloaded(const Pattern& pattern, Activation activation) {
    for (Index i = 0; i < pattern.size(); ++i) {
        const bool at_zero = activation == Activation::Logistic && pattern[i] == UnitState::Low;
        if (pattern[i] != UnitState::Free && !at_zero) {
            return false;
        }
    }
    return true;
}

std::map<Pattern, std::pair<Index, Index>> predicted(const BifurcationDiagram& diagram,
                                                     double alpha) {
    std::map<Pattern, std::pair<Index, Index>> result;
    for (const EquilibriumBranch& branch : diagram.branches) {
        for (const BranchSegment& segment : branch.segments) {
            if (alpha > segment.from && alpha < segment.to) {
                result[branch.pattern] = {segment.flow.unstable, segment.map.unstable};
            }
        }
    }
    return result;
}

/// Whether a continuum one unit freer than the branch lies at α.
bool is_end_of_continuum(const BifurcationDiagram& diagram, const EquilibriumBranch& branch,
                         double alpha) {
    return std::any_of(diagram.events.begin(), diagram.events.end(), [&](const Bifurcation& event) {
        return event.kind == BifurcationKind::Singular && std::abs(event.alpha - alpha) < 1e-12 &&
               event.pattern.free_units().size() == branch.pattern.free_units().size() + 1;
    });
}

/// Counts change at events only, and there by what the eigenvalue that crosses carries.
void check_balance(const BifurcationDiagram& diagram) {
    for (const EquilibriumBranch& branch : diagram.branches) {
        for (std::size_t k = 1; k < branch.segments.size(); ++k) {
            const BranchSegment& left = branch.segments[k - 1];
            const BranchSegment& right = branch.segments[k];
            BOOST_TEST(left.to == right.from);
            Index events = 0;
            for (const Bifurcation& event : diagram.events) {
                const bool here = event.alpha == left.to && event.pattern == branch.pattern;
                if (!here || event.kind == BifurcationKind::Singular) {
                    continue;
                }
                ++events;
                const bool of_map = event.kind == BifurcationKind::Flip ||
                                    event.kind == BifurcationKind::NeimarkSacker;
                BOOST_TEST(event.unstable_before == (of_map ? left.map : left.flow).unstable);
                BOOST_TEST(event.unstable_after == (of_map ? right.map : right.flow).unstable);
                const bool pair = event.kind == BifurcationKind::Hopf ||
                                  event.kind == BifurcationKind::NeimarkSacker;
                BOOST_TEST(!event.degenerate);  // a generic path has simple crossings only
                BOOST_TEST(std::abs(event.unstable_after - event.unstable_before) ==
                           (pair ? 2 : 1));
            }
            const bool changes = left.flow.unstable != right.flow.unstable ||
                                 left.map.unstable != right.map.unstable;
            BOOST_TEST((events > 0 || !changes || is_end_of_continuum(diagram, branch, left.to)));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(winner_takes_all_along_self_coupling) {
    const ResidualSystem system(named_system("winner-takes-all").W, Activation::Logistic);
    const BifurcationDiagram diagram =
        bifurcations(self_coupling_path(system), {.from = -2, .to = 4});
    BOOST_TEST(diagram.complete);
    // W − αI = [[1−α, −2], [−2, 1−α]]. At −1: (1,1) meets both of its faces, and the diagonal is a
    // continuum of its ray; at 1, w_ii = 0: the edges at (1,0), (0,1) are continua, no TC; at 3 the
    // determinant vanishes with a kernel outside the cube: nothing.
    const auto tc = of_kind(diagram, BifurcationKind::Transcritical);
    BOOST_REQUIRE_EQUAL(tc.size(), 2U);
    for (const Bifurcation& event : tc) {
        BOOST_TEST(event.exact == "-1");
        BOOST_TEST(to_string(event.pattern) == "HH");
        BOOST_TEST(event.partner_before);
        BOOST_TEST(!event.partner_after);
        BOOST_TEST(event.unstable_before == 0);
        BOOST_TEST(event.unstable_after == 2);
        BOOST_TEST(event.residual == 0);
    }
    const auto singular = of_kind(diagram, BifurcationKind::Singular);
    std::vector<std::string> places;
    for (const Bifurcation& event : singular) {
        places.push_back(event.exact + " " + to_string(event.pattern));
        BOOST_TEST(event.dimension == 1);
    }
    BOOST_TEST((places == std::vector<std::string>{"-1 FF", "1 LF", "1 FL"}));
    // Each lies in its whole face: the diagonal, and two edges.
    const std::vector<ContinuumExtent> extents =
        continuum_extents(self_coupling_path(system), singular);
    BOOST_REQUIRE_EQUAL(extents.size(), 3U);
    const std::vector<Matrix> ends = {Matrix{{0.0, 1.0}, {0.0, 1.0}},
                                      Matrix{{0.0, 0.0}, {0.0, 1.0}},
                                      Matrix{{0.0, 1.0}, {0.0, 0.0}}};
    for (std::size_t k = 0; k < 3; ++k) {
        BOOST_TEST(extents[k].event == k);
        const Matrix other = ends[k].rowwise().reverse();
        BOOST_TEST(std::min((extents[k].ends - ends[k]).norm(), (extents[k].ends - other).norm()) <
                   1e-12);
        BOOST_TEST(extents[k].residual < 1e-12);
    }
    BOOST_TEST(of_kind(diagram, BifurcationKind::Hopf).empty());
}

BOOST_AUTO_TEST_CASE(branches_have_a_row_where_their_stability_changes) {
    // (1, 0) is stable up to alpha = 1 exactly, where its edges are continua: no event of its own.
    const ParameterPath path = self_coupling_path(
        ResidualSystem(named_system("winner-takes-all").W, Activation::Logistic));
    const BifurcationDiagram diagram = bifurcations(path, {.from = -2, .to = 4});
    Index singular = 0;
    for (const EquilibriumBranch& branch : diagram.branches) {
        const std::vector<BranchPoint> rows = branch_points(path, branch, diagram.events, 9);
        for (std::size_t k = 1; k < branch.segments.size(); ++k) {
            const double cut = branch.segments[k].from;
            const auto row = std::find_if(rows.begin(), rows.end(),
                                          [&](const BranchPoint& p) { return p.alpha == cut; });
            BOOST_REQUIRE((row != rows.end()));
            const bool changes =
                branch.segments[k - 1].flow.unstable != branch.segments[k].flow.unstable;
            BOOST_TEST((!changes || row->flow.neutral > 0));
            singular += row->label == "singular" ? 1 : 0;
            if (to_string(branch.pattern) == "HL") {
                BOOST_TEST(cut == 1.0);
                BOOST_TEST(row->label == "singular");
            }
        }
        for (std::size_t k = 0; k + 1 < rows.size(); ++k) {  // nothing changes between two rows
            for (const BranchSegment& segment : branch.segments) {
                const bool inside = rows[k].alpha < segment.to && segment.from < rows[k + 1].alpha;
                BOOST_TEST((!inside ||
                            (segment.from <= rows[k].alpha && rows[k + 1].alpha <= segment.to)));
            }
        }
    }
    BOOST_TEST(singular >= 2);
}

BOOST_AUTO_TEST_CASE(small_ranges_keep_their_digits_and_order) {
    // The same diagram 1e13 times smaller: to the last digits but for the rounding of the weights.
    const Matrix W{{1, -2}, {-2, 0.7}};
    constexpr double small = 0x1p-43;  // scales without rounding
    const auto events = [&](double scale, double reach) {
        return bifurcations(
                   self_coupling_path(ResidualSystem(scale * W, Activation::Tanh, 1.0 / scale)),
                   {.from = -reach, .to = reach})
            .events;
    };
    const auto whole = events(1.0, 4.0);
    for (const double reach : {4.0 * small}) {
        auto scaled = events(small, reach);
        BOOST_REQUIRE(scaled.size() >= whole.size());
        for (std::size_t k = 0; k < scaled.size(); ++k) {
            BOOST_TEST(scaled[k].upper - scaled[k].lower <= 2e-13 * std::abs(scaled[k].alpha));
        }
        if (reach == 4.0 * small) {
            for (std::size_t k = 0; k < whole.size(); ++k) {
                BOOST_TEST((scaled[k].kind == whole[k].kind));
                BOOST_TEST((scaled[k].pattern == whole[k].pattern));
                BOOST_TEST(scaled[k].alpha == small * whole[k].alpha,
                           boost::test_tools::tolerance(2e-13));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_double_multiplier_is_no_pair_along_a_path_either) {
    // h alpha W with the double eigenvalue −3 alpha: −1 twice at alpha = 2/3, and no pair there.
    const Matrix W{{0, 0.5}, {-18, -6}};
    const auto path = path_between(ResidualSystem(0.25 * W, Activation::Tanh),
                                   ResidualSystem(W, Activation::Tanh));
    const BifurcationDiagram diagram = bifurcations(path, {.from = 0, .to = 1});
    std::vector<Bifurcation> on_all;
    for (const Bifurcation& event : diagram.events) {
        if (to_string(event.pattern) == "FF") {
            on_all.push_back(event);
        }
    }
    BOOST_REQUIRE_EQUAL(on_all.size(), 1U);
    BOOST_TEST((on_all[0].kind == BifurcationKind::Flip));
    BOOST_TEST(on_all[0].exact == "5/9");  // 1/4 + 3/4 alpha = 2/3
    BOOST_TEST(on_all[0].unstable_before == 0);
    BOOST_TEST(on_all[0].unstable_after == 2);
    BOOST_TEST(on_all[0].degenerate);
}

BOOST_AUTO_TEST_CASE(conservative_pair_has_a_degenerate_hopf_at_zero) {
    const ResidualSystem system(named_system("conservative-pair").W, Activation::Tanh);
    const BifurcationDiagram diagram =
        bifurcations(self_coupling_path(system), {.from = -0.75, .to = 0.5, .layer_map = false});
    const auto hopf = of_kind(diagram, BifurcationKind::Hopf);
    BOOST_REQUIRE_EQUAL(hopf.size(), 1U);
    BOOST_TEST(hopf[0].exact == "0");
    BOOST_TEST(to_string(hopf[0].pattern) == "FF");
    BOOST_TEST(hopf[0].unstable_before == 2);
    BOOST_TEST(hopf[0].unstable_after == 0);
    BOOST_TEST(hopf[0].angle == 1, boost::test_tools::tolerance(1e-14));
    BOOST_TEST(hopf[0].degenerate);
    BOOST_REQUIRE(hopf[0].lyapunov.has_value());
    BOOST_TEST((hopf[0].lyapunov->criticality == HopfCriticality::Degenerate));
    BOOST_TEST(std::abs(hopf[0].lyapunov->value) <= hopf[0].lyapunov->error_bound);
    BOOST_TEST(hopf[0].remark.find("proved") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(random_paths_match_a_scan_of_atlases) {
    constexpr int paths = 100;
    constexpr int grid = 16;
    Index events = 0;
    std::map<BifurcationKind, Index> kinds;
    Index compared = 0;
    for (int trial = 0; trial < paths; ++trial) {
        Random random(11, static_cast<std::uint64_t>(trial));
        const Activation f = trial % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        // Many small ones, some of five and six, both activations of each.
        const Index n = trial % 20 >= 18 ? 5 + trial / 20 % 2 : 2 + trial / 2 % 3;
        const double h = 0.3 + random.uniform();
        const ResidualSystem a(random.normal_matrix(n, n, 1.5), f, h);
        const ResidualSystem b(random.normal_matrix(n, n, 1.5), f, h);
        const ParameterPath path = path_between(a, b);
        const BifurcationDiagram diagram = bifurcations(path, {.threads = 1});
        BOOST_TEST(diagram.complete);
        check_balance(diagram);
        events += static_cast<Index>(diagram.events.size());
        for (const Bifurcation& event : diagram.events) {
            ++kinds[event.kind];
            // Where a face has no load (all units free, or beside them only zeros) its singular
            // block alone makes a continuum; with a load that would take two coincidences.
            BOOST_TEST((event.kind != BifurcationKind::Singular || unloaded(event.pattern, f)));
            BOOST_TEST(event.upper - event.lower <= 1e-12);
            BOOST_TEST(event.residual < 1e-11);
        }
        // A generic path: no event lies on the grid. Equal lists at every point of it leave no
        // event out and none over, to within the grid; and at both sides of each event, none
        // misplaced.
        std::vector<double> at;
        for (int k = 0; k <= grid; ++k) {
            at.push_back((k + 0.37) / (grid + 1));
        }
        for (std::size_t k = 0; k<diagram.events.size(); k += n> 3 ? 7 : 1) {
            at.push_back(diagram.events[k].alpha - 1e-7);
            at.push_back(diagram.events[k].alpha + 1e-7);
        }
        for (const double alpha : at) {
            if (alpha > 0 && alpha < 1) {
                const auto expected = scanned(path, alpha);
                const auto got = predicted(diagram, alpha);
                compared += static_cast<Index>(expected.size());
                BOOST_TEST((expected == got), "path " << trial << ", alpha " << alpha);
            }
        }
    }
    BOOST_TEST_MESSAGE(events << " events, " << compared << " equilibria compared");
    for (const auto& [kind, count] : kinds) {
        BOOST_TEST_MESSAGE(label(kind) << " " << count);
    }
    for (const BifurcationKind kind :
         {BifurcationKind::Transcritical, BifurcationKind::Singular, BifurcationKind::Hopf,
          BifurcationKind::Flip, BifurcationKind::NeimarkSacker}) {
        BOOST_TEST(kinds[kind] > 0, label(kind) << " was never met");
    }
}

BOOST_AUTO_TEST_CASE(seven_units_are_decided_and_threads_change_nothing) {
    Random random(77);
    const ResidualSystem system(random.normal_matrix(7, 7, 1.0), Activation::Logistic, 0.7);
    const ParameterPath path = self_coupling_path(system);
    const BifurcationDiagram diagram = bifurcations(path, {.from = -1.0, .to = 2.0, .threads = 2});
    BOOST_TEST(diagram.complete);
    BOOST_TEST(diagram.undecided_branches == 0);
    check_balance(diagram);
    for (const double alpha : {-0.83, 0.11, 0.97, 1.73}) {
        BOOST_TEST((scanned(path, alpha) == predicted(diagram, alpha)), "alpha " << alpha);
    }
    const BifurcationDiagram one = bifurcations(path, {.from = -1.0, .to = 2.0, .threads = 1});
    BOOST_REQUIRE_EQUAL(one.events.size(), diagram.events.size());
    for (std::size_t k = 0; k < one.events.size(); ++k) {
        const Bifurcation& a = one.events[k];
        const Bifurcation& b = diagram.events[k];
        BOOST_TEST((a.kind == b.kind && a.alpha == b.alpha && a.lower == b.lower &&
                    a.upper == b.upper && a.pattern == b.pattern && a.y == b.y &&
                    a.exact == b.exact && a.remark == b.remark));
    }
    BOOST_TEST(one.branches.size() == diagram.branches.size());
}

BOOST_AUTO_TEST_CASE(pairs_that_pass_each_other_are_no_event_and_are_decided) {
    // tanh, y = 0: eigenvalues −1/8 ± i and 1/8 + α ± i(1 + gap). Near α = 0 two sums of pairs come
    // as close to zero as the gap, while no real part is zero; with gap 0 they vanish together.
    for (const double gap : {0.0, std::ldexp(1.0, -20), std::ldexp(1.0, -12)}) {
        Matrix W0 = Matrix::Zero(4, 4);
        W0.topLeftCorner(2, 2) << -0.125, 1.0, -1.0, -0.125;
        W0.bottomRightCorner(2, 2) << 0.125, 1.0 + gap, -1.0 - gap, 0.125;
        Matrix W1 = W0;
        W1(2, 2) += 1.0;
        W1(3, 3) += 1.0;
        const ResidualSystem a(W0, Activation::Tanh);
        const ResidualSystem b(W1, Activation::Tanh);
        const BifurcationDiagram diagram =
            bifurcations(path_between(a, b), {.from = -0.0625, .to = 0.0625, .layer_map = false});
        BOOST_TEST(diagram.complete, "gap " << gap);
        for (const Bifurcation& event : diagram.events) {
            BOOST_TEST((event.pattern != pattern_from_string("FFFF")));
        }
        // Wider, the second pair crosses at −1/8.
        const BifurcationDiagram wide =
            bifurcations(path_between(a, b), {.from = -0.1875, .to = 0.0625, .layer_map = false});
        const std::vector<Bifurcation> hopf = of_kind(wide, BifurcationKind::Hopf);
        const Index at_origin =
            std::count_if(hopf.begin(), hopf.end(), [](const Bifurcation& event) {
                return event.pattern == pattern_from_string("FFFF") &&
                       std::abs(event.alpha + 0.125) < 1e-12;
            });
        BOOST_TEST(at_origin == 1);
    }
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ResidualSystem two(Matrix{{1, -2}, {-2, 1}}, Activation::Logistic);
    const ResidualSystem three(Matrix::Identity(3, 3), Activation::Logistic);
    const ResidualSystem other(Matrix{{1, -2}, {-2, 2}}, Activation::Tanh);
    const ResidualSystem relu(Matrix{{1.0}}, Activation::ReLU);
    BOOST_TEST(says(refusal([&] { path_between(two, three); }), "2x2", "3x3"));
    BOOST_TEST(says(refusal([&] { path_between(two, other); }), "logistic", "tanh"));
    BOOST_TEST(says(refusal([&] { path_between(two, two); }), "change", "same"));
    BOOST_TEST(says(refusal([&] { self_coupling_path(relu); }), "bounded", "relu"));
    BOOST_TEST(says(refusal([&] { coupling_path(two, 0, 2); }), "0 … 1", "0 and 2"));
    const ParameterPath path = self_coupling_path(two);
    BOOST_TEST(says(refusal([&] { bifurcations(path, {.from = 1, .to = 1}); }), "from < to"));
    BOOST_TEST(says(refusal([&] { bifurcations(path, {.from = 2, .to = 1}); }), "from 2 to 1"));
    BOOST_TEST(says(refusal([&] { bifurcations(path, {.to = NAN}); }), "finite"));
}

BOOST_AUTO_TEST_SUITE_END()
