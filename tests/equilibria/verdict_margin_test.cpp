// The distance of verdicts to a tie, and what is said of verdicts that hang on rounding.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <set>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/verdict_margin.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(verdict_margin_)

namespace {

RoundingReport report_of(const ResidualSystem& system, const std::vector<Equilibrium>& found) {
    return rounding_report(system, found, verdict_margins(system, found));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_rounded_tie_is_named_with_what_it_would_be) {
    const ResidualSystem stored(Matrix{{0.1, 0.2, -0.3}, {1, 1, 1}, {1, 1, 1}},
                                Activation::Logistic);
    const std::vector<Equilibrium> found = equilibrium_atlas(stored).equilibria;
    const std::vector<double> margins = verdict_margins(stored, found);
    const RoundingReport report = rounding_report(stored, found, margins);
    std::map<std::string, const CloseVerdict*> close;
    for (const CloseVerdict& verdict : report.close) {
        close[to_string(verdict.pattern)] = &verdict;
    }
    BOOST_REQUIRE(close.count("HHH") == 1U);
    // 0.1 + 0.2 − 0.3 as stored is 2^−55, exactly; |W| = 3.
    BOOST_TEST(close["HHH"]->margin == 0x1p-55 / 3.0);
    BOOST_TEST((close["HHH"]->stored == EquilibriumType::StableNode));
    BOOST_TEST((close["HHH"]->as_rationals == EquilibriumType::NonHyperbolic));
    BOOST_TEST(report.has_rationals);
    BOOST_TEST(report.rounded_weights == 3);
    BOOST_TEST(describe(report).find("HHH would be non_hyperbolic, not stable_node") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(ties_of_whole_numbers_are_what_they_are) {
    const ResidualSystem whole(Matrix{{1, 2, -3}, {10, 10, 10}, {10, 10, 10}},
                               Activation::Logistic);
    const std::vector<Equilibrium> found = equilibrium_atlas(whole).equilibria;
    const RoundingReport report = report_of(whole, found);
    BOOST_TEST(!report.close.empty());  // margin 0
    BOOST_TEST(report.rounded_weights == 0);
    BOOST_TEST(report.changed == 0);
    BOOST_TEST(describe(report).empty());
}

BOOST_AUTO_TEST_CASE(vertices_change_at_their_margin_and_not_before) {
    Random random(91);
    for (int trial = 0; trial < 30; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(4));
        const Matrix W = random.normal_matrix(n, n, 1.0);
        const ResidualSystem system(W, Activation::Tanh);
        std::vector<Equilibrium> vertices;
        for (const Equilibrium& e : equilibrium_atlas(system).equilibria) {
            if (e.pattern.is_vertex()) {
                vertices.push_back(e);
            }
        }
        const std::vector<double> margins = verdict_margins(system, vertices);
        const double norm = weight_norm(system);
        for (std::size_t k = 0; k < vertices.size(); ++k) {
            const Vector& y = vertices[k].y;
            const Vector rates = W * y;
            Index unit = 0;
            rates.cwiseAbs().minCoeff(&unit);
            for (const double share : {0.99, 1.01}) {
                // The row of the slowest unit moved against its rate, as far as `share` allows.
                Matrix moved = W;
                moved.row(unit) -= (share * margins[k] * norm / static_cast<double>(n) *
                                    (rates[unit] > 0 ? 1.0 : -1.0)) *
                                   y.transpose();
                const FaceDecision decision =
                    FaceSolver(ResidualSystem(moved, Activation::Tanh)).decide(vertices[k].pattern);
                const auto& after = std::get<Equilibrium>(decision);
                BOOST_TEST((after.spectrum.unstable != vertices[k].spectrum.unstable) ==
                           (share > 1.0));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(no_change_below_the_margin_moves_a_face_verdict) {
    // To first order: half the margin, where it is small.
    Random random(92);
    Index seen = 0;
    for (int trial = 0; trial < 60; ++trial) {
        const Matrix W = random.normal_matrix(4, 4, 1.0) - Matrix::Identity(4, 4);
        const ResidualSystem system(W, trial % 2 == 0 ? Activation::Tanh : Activation::Logistic);
        std::vector<Equilibrium> found = equilibrium_atlas(system).equilibria;
        const std::vector<double> margins = verdict_margins(system, found);
        for (std::size_t k = 0; k < found.size(); ++k) {
            if (found[k].pattern.is_vertex() || found[k].pattern.free_units().size() > 1 ||
                margins[k] > 0.02) {
                continue;
            }
            ++seen;
            for (int draw = 0; draw < 20; ++draw) {
                Matrix change = random.normal_matrix(4, 4, 1.0).array().sign().matrix();
                change *= 0.5 * margins[k] * weight_norm(system) / 4.0;
                const FaceDecision decision =
                    FaceSolver(ResidualSystem(W + change, system.activation()))
                        .decide(found[k].pattern);
                const auto* after = std::get_if<Equilibrium>(&decision);
                BOOST_REQUIRE(after != nullptr);
                BOOST_TEST(after->spectrum.unstable == found[k].spectrum.unstable);
            }
        }
    }
    BOOST_TEST(seen > 5);
}

BOOST_AUTO_TEST_CASE(rotated_copies_that_are_told_apart_are_all_close) {
    for (const Index n : {5, 6}) {
        Matrix ring(n, n);
        for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j < n; ++j) {
                ring(i, j) = std::cos(2.0 * std::acos(-1.0) * static_cast<double>(i - j) /
                                      static_cast<double>(n));
            }
        }
        const ResidualSystem system(ring, Activation::Tanh);
        const std::vector<Equilibrium> found = equilibrium_atlas(system).equilibria;
        const std::vector<double> margins = verdict_margins(system, found);
        const RoundingReport report = rounding_report(system, found, margins);
        std::set<Pattern> close;
        for (const CloseVerdict& verdict : report.close) {
            close.insert(verdict.pattern);
        }
        // Patterns up to rotation, and the types that their copies were given.
        std::map<std::string, std::set<EquilibriumType>> given;
        const auto name = [](const Pattern& pattern) {
            const std::string word = to_string(pattern);
            std::string least = word;
            for (std::size_t shift = 1; shift < word.size(); ++shift) {
                least = std::min(least, word.substr(shift) + word.substr(0, shift));
            }
            return least;
        };
        for (const Equilibrium& e : found) {
            given[name(e.pattern)].insert(e.type);
        }
        for (const Equilibrium& e : found) {
            if (given[name(e.pattern)].size() > 1) {
                BOOST_TEST(close.contains(e.pattern), to_string(e.pattern));
            }
        }
        if (!report.close.empty() && report.rounded_weights != 0) {
            BOOST_TEST(!describe(report).empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(tolerance_and_threads) {
    Random random(93);
    const ResidualSystem system(random.normal_matrix(6, 6, 1.0), Activation::Logistic);
    const std::vector<Equilibrium> found = equilibrium_atlas(system).equilibria;
    const std::vector<double> margins = verdict_margins(system, found, 1);
    BOOST_TEST(margins == verdict_margins(system, found, 2), boost::test_tools::per_element());
    BOOST_TEST(rounding_report(system, found, margins).close.empty());
    BOOST_TEST((found.front().pattern == pattern_from_string("LLLLLL")));
    BOOST_TEST(std::isinf(margins.front()));  // non-hyperbolic whatever the weights
    const RoundingReport wide = rounding_report(system, found, margins, {.tolerance = 0.1});
    BOOST_TEST(wide.close.size() > 1U);
    for (const CloseVerdict& verdict : wide.close) {
        BOOST_TEST(verdict.margin < 0.1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
