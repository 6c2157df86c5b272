// Pseudo-arclength on the full field against the exact branches, and how a run ends.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <utility>

#include <resdyn/bifurcation/bifurcation.hpp>
#include <resdyn/bifurcation/continuation.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/numerics/vector_field.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(continuation_)

namespace {

/// `side` is `face` with one of its free units saturated.
bool is_side(const Pattern& side, const Pattern& face) {
    Index saturated = 0;
    for (Index i = 0; i < face.size(); ++i) {
        if (side[i] != face[i]) {
            if (face[i] != UnitState::Free) {
                return false;
            }
            ++saturated;
        }
    }
    return saturated == 1;
}

/// f(x, α) by its function, with central differences.
class NormalForm final : public FieldFamily {
  public:
    NormalForm(Index dimension, std::function<Vector(const Vector&, double)> f)
        : dimension_(dimension), f_(std::move(f)) {}
    Index dimension() const override { return dimension_; }
    Vector value(const Vector& x, double alpha) const override { return f_(x, alpha); }
    Matrix jacobian(const Vector& x, double alpha) const override {
        return finite_difference_jacobian([&](const Vector& at) { return f_(at, alpha); }, x);
    }
    Vector rate(const Vector& x, double alpha) const override {
        return finite_difference_jacobian([&](const Vector& at) { return f_(x, at[0]); },
                                          Vector::Constant(1, alpha));
    }

  private:
    Index dimension_;
    std::function<Vector(const Vector&, double)> f_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(branches_and_events_come_out_again) {
    constexpr double clear_of_ends = 1e-3;
    Index matched = 0;
    for (int trial = 0; trial < 10; ++trial) {
        Random random(21, static_cast<std::uint64_t>(trial));
        const Activation f = trial % 2 == 0 ? Activation::Logistic : Activation::Tanh;
        const Index n = 2 + trial % 2;
        const ParameterPath path =
            path_between(ResidualSystem(random.normal_matrix(n, n, 1.5), f, 0.6),
                         ResidualSystem(random.normal_matrix(n, n, 1.5), f, 0.6));
        const BifurcationDiagram diagram = bifurcations(path, {.threads = 1});
        for (const EquilibriumBranch& branch : diagram.branches) {
            const double from = branch.from + clear_of_ends;
            const double to = branch.to - clear_of_ends;
            if (!(to - from > 0.05) || branch.pattern.is_vertex()) {
                continue;
            }
            const std::vector<BranchPoint> rows = branch_points(path, branch, diagram.events, 3);
            const double start = rows.front().alpha < from ? from : rows.front().alpha;
            // From a point of the branch near its left end, over all of it.
            const BranchPoint& middle = rows[1];
            std::vector<std::pair<double, std::string>> found;
            for (const int direction : {-1, 1}) {
                const auto run = continue_equilibrium(
                    path, middle.y, middle.alpha, {.from = from, .to = to, .direction = direction});
                BOOST_TEST((run.back().label == ContinuationLabel::EndPoint));
                BOOST_TEST(run.back().alpha == (direction < 0 ? start : to),
                           boost::test_tools::tolerance(1e-6));
                for (const ContinuationPoint& point : run) {
                    BOOST_TEST(point.residual <= 1e-11);
                    const std::string name(to_string(point.label));
                    if (!name.empty() && name != "EP") {
                        found.emplace_back(point.alpha, name);
                    }
                }
            }
            std::vector<std::pair<double, std::string>> expected;
            for (const Bifurcation& event : diagram.events) {
                if (event.alpha <= from || event.alpha >= to) {
                    continue;
                }
                if (event.pattern == branch.pattern) {
                    expected.emplace_back(event.alpha, label(event.kind));
                } else if (event.kind == BifurcationKind::Singular &&
                           is_side(branch.pattern, event.pattern)) {
                    // The end of a continuum: the run sees its eigenvalue cross zero.
                    expected.emplace_back(event.alpha, "TC");
                }
            }
            std::sort(expected.begin(), expected.end());
            std::sort(found.begin(), found.end());
            BOOST_REQUIRE_EQUAL(found.size(), expected.size());
            for (std::size_t k = 0; k < found.size(); ++k) {
                BOOST_TEST(found[k].second == expected[k].second);
                BOOST_TEST(std::abs(found[k].first - expected[k].first) < 1e-7);
                ++matched;
            }
        }
    }
    BOOST_TEST(matched > 5);
}

BOOST_AUTO_TEST_CASE(a_corrector_that_cannot_converge_is_named) {
    // No equilibrium near the start within the corrections allowed.
    const ParameterPath path =
        self_coupling_path(ResidualSystem(Matrix{{1, -2}, {-2, 1}}, Activation::Logistic));
    const auto run = continue_equilibrium(path, Vector{{0.4, 0.45}}, 0.0,
                                          {.from = -1, .to = 1, .max_corrections = 1});
    BOOST_REQUIRE_EQUAL(run.size(), 1U);
    BOOST_TEST(to_string(run[0].label) == "MX");
}

BOOST_AUTO_TEST_CASE(normal_forms_have_their_events) {
    using Events = std::vector<std::pair<std::string, double>>;
    const auto events = [](const FieldFamily& family, const Vector& x0, double from, double to,
                           double alpha0, int direction = 1) {
        Events found;
        for (const ContinuationPoint& point : continue_equilibrium(
                 family, x0, alpha0, {.from = from, .to = to, .direction = direction},
                 Box{Vector::Constant(x0.size(), -3), Vector::Constant(x0.size(), 3)})) {
            BOOST_TEST(point.residual <= 1e-11);
            if (!to_string(point.label).empty()) {
                found.emplace_back(to_string(point.label), point.alpha);
            }
        }
        return found;
    };
    const auto check = [](const Events& found, const Events& expected) {
        BOOST_TEST_REQUIRE(found.size() == expected.size());
        for (std::size_t k = 0; k < found.size(); ++k) {
            BOOST_TEST(found[k].first == expected[k].first);
            BOOST_TEST(std::abs(found[k].second - expected[k].second) < 1e-6);
        }
    };
    // Fold: x' = α − x², followed down the stable branch and around.
    const NormalForm fold(1, [](const Vector& x, double a) { return Vector{{a - x[0] * x[0]}}; });
    check(events(fold, Vector{{1.0}}, -1, 4, 1.0, -1), {{"EP", 1}, {"LP", 0}, {"EP", 4}});
    // Pitchfork: x' = αx − x³, along the branch x = 0 and along a side branch.
    const NormalForm pitchfork(
        1, [](const Vector& x, double a) { return Vector{{a * x[0] - x[0] * x[0] * x[0]}}; });
    check(events(pitchfork, Vector{{0.0}}, -1, 1, -1.0), {{"EP", -1}, {"BP", 0}, {"EP", 1}});
    check(events(pitchfork, Vector{{0.5}}, 0.2, 1, 0.25), {{"EP", 0.25}, {"EP", 1}});
    // Hopf: r' = αr − r³, φ' = 1.
    const NormalForm hopf(2, [](const Vector& x, double a) {
        const double g = a - x.squaredNorm();
        return Vector{{g * x[0] - x[1], g * x[1] + x[0]}};
    });
    check(events(hopf, Vector::Zero(2), -1, 1, -1.0), {{"EP", -1}, {"HB", 0}, {"EP", 1}});
    BOOST_TEST(says(refusal([&] {
                        continue_equilibrium(hopf, Vector::Zero(2), 0, {},
                                             Box{Vector::Zero(1), Vector::Ones(1)});
                    }),
                    "box: ", "2 numbers", "1 and 1"));
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ParameterPath path =
        self_coupling_path(ResidualSystem(Matrix{{1, -2}, {-2, 1}}, Activation::Logistic));
    const Vector y{{1.0, 0.0}};
    const auto text = [&](const ContinuationOptions& options) {
        return refusal([&] { continue_equilibrium(path, y, 0.5, options); });
    };
    BOOST_TEST(says(text({.from = 1, .to = 0}), "from < to"));
    BOOST_TEST(says(text({.from = 0.6, .to = 1}), "[0.6, 1]", "0.5"));
    BOOST_TEST(says(text({.direction = 2}), "1 or -1", "2"));
    BOOST_TEST(says(text({.min_step = 0}), "> 0"));
    BOOST_TEST(
        says(refusal([&] { continue_equilibrium(path, Vector{{1.0}}, 0.5, {}); }), "2 numbers"));
}

BOOST_AUTO_TEST_SUITE_END()
