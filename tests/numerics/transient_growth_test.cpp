// Transient growth against closed forms and a plain scan.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/transient_growth.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(transient_growth_)

BOOST_AUTO_TEST_CASE(normal_flows_never_grow_past_their_abscissa) {
    const TransientGrowth g = transient_growth(Matrix{{-1, 2}, {-2, -1}});
    BOOST_TEST((g.status == GrowthStatus::Enclosed));
    BOOST_TEST(g.peak == 1.0);
    BOOST_TEST(g.numerical_abscissa == -1.0, boost::test_tools::tolerance(1e-14));
    BOOST_TEST((transient_growth(Matrix{{0.5}}).status == GrowthStatus::Unbounded));
}

namespace {

/// By its series, for a small matrix.
Matrix exponential(const Matrix& A) {
    Matrix sum = Matrix::Identity(A.rows(), A.cols());
    Matrix term = sum;
    for (int k = 1; k <= 20; ++k) {
        term = term * A / k;
        sum += term;
    }
    return sum;
}

}  // namespace

BOOST_AUTO_TEST_CASE(enclosure_holds_against_a_scan) {
    Random random(21);
    for (int trial = 0; trial < 8; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(3));
        Matrix J = random.normal_matrix(n, n, 1.0).triangularView<Eigen::StrictlyUpper>();
        J *= 6.0;
        for (Index i = 0; i < n; ++i) {
            J(i, i) = -random.uniform(0.5, 2.0);
        }
        const TransientGrowth g = transient_growth(J);
        BOOST_TEST((g.status == GrowthStatus::Enclosed));
        BOOST_TEST(g.peak_error <= 1e-3);
        double scanned = 1.0;
        const Matrix step = exponential(0.005 * J);
        Matrix E = Matrix::Identity(n, n);
        for (int k = 0; k < 2000; ++k) {
            E = step * E;
            scanned = std::max(scanned, singular_values(E)[0]);
        }
        BOOST_TEST(g.peak * (1 + g.peak_error) >= scanned);
        BOOST_TEST(g.peak <= scanned * (1 + 1e-3));  // the scan misses between its points
        BOOST_TEST(g.kreiss_bound <= g.peak * (1 + 1e-6));
        BOOST_TEST(g.kreiss_bound >= 1.0);
    }
}

BOOST_AUTO_TEST_CASE(refusals) {
    BOOST_TEST(says(refusal([&] { transient_growth(Matrix(2, 3)); }), "square"));
    BOOST_TEST(
        says(refusal([&] { transient_growth(Matrix{{-1.0}}, {.rel_tol = 0}); }), "rel_tol > 0"));
}

BOOST_AUTO_TEST_SUITE_END()
