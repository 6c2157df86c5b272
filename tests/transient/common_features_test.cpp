// The likeness of correlations against a sum written out, and what must leave it as it is.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/common_features.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(common_features_)

namespace {

Matrix normals(Index rows, Index cols, std::uint64_t seed) {
    Random random(seed, 0);
    Matrix M(rows, cols);
    for (Index j = 0; j < cols; ++j) {
        for (Index i = 0; i < rows; ++i) {
            M(i, j) = random.normal();
        }
    }
    return M;
}

double correlation(const Vector& a, const Vector& b) {
    double ab = 0.0;
    double aa = 0.0;
    double bb = 0.0;
    for (Index k = 0; k < a.size(); ++k) {
        ab += (a[k] - a.mean()) * (b[k] - b.mean());
        aa += (a[k] - a.mean()) * (a[k] - a.mean());
        bb += (b[k] - b.mean()) * (b[k] - b.mean());
    }
    return ab / std::sqrt(aa * bb);
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_the_correlation_of_the_correlations) {
    const Matrix X = normals(4, 4, 1) * normals(4, 30, 2);
    const Matrix Y = normals(4, 4, 3) * normals(4, 20, 4);
    Vector c(6);
    Vector r(6);
    Index k = 0;
    for (Index i = 0; i < 4; ++i) {
        for (Index j = i + 1; j < 4; ++j, ++k) {
            c[k] = correlation(X.row(i).transpose(), X.row(j).transpose());
            r[k] = correlation(Y.row(i).transpose(), Y.row(j).transpose());
        }
    }
    const CommonFeatures found = common_features(X, Y);
    BOOST_TEST(found.varying == 4);
    BOOST_TEST(found.pairs == 6);
    BOOST_TEST(std::abs(found.likeness - correlation(c, r)) < 1e-13);
}

BOOST_AUTO_TEST_CASE(scales_and_offsets_of_components_do_not_matter_and_a_copy_is_alike) {
    const Matrix X = normals(5, 5, 1) * normals(5, 40, 2);
    Matrix Y = Vector{{2.0, 0.1, 30.0, 1.0, 5.0}}.asDiagonal() * X;
    Y.colwise() += Vector{{1.0, -3.0, 0.0, 100.0, 0.5}};
    BOOST_TEST(std::abs(common_features(X, Y).likeness - 1.0) < 1e-12);
    // One component turned over turns its correlations over.
    Y.row(2) *= -1.0;
    BOOST_TEST(common_features(X, Y).likeness < 0.9);
}

BOOST_AUTO_TEST_CASE(constant_components_are_left_out) {
    const Matrix X = normals(5, 5, 1) * normals(5, 40, 2);
    Matrix Y = X;
    Y.row(1).setConstant(1.0);
    Y.row(1)[3] -= 1e-15;  // a level to rounding
    const CommonFeatures found = common_features(X, Y);
    BOOST_TEST(found.varying == 4);
    BOOST_TEST(std::abs(found.likeness - 1.0) < 1e-12);
    Y.row(3).setConstant(0.0);
    Y.row(4).setConstant(0.0);
    BOOST_TEST(common_features(X, Y).varying == 2);
    BOOST_TEST(std::isnan(common_features(X, Y).likeness));
    BOOST_TEST(std::isnan(common_features(X, Matrix(5, 0)).likeness));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
    const Matrix X = normals(5, 9, 1);
    BOOST_TEST(says(refusal([&] { common_features(X, X.topRows(4)); }), "steady", "5 comp", "4"));
    Matrix bad = X;
    bad(1, 1) = NAN;
    BOOST_TEST(says(refusal([&] { common_features(X, bad); }), "finite"));
}

BOOST_AUTO_TEST_SUITE_END()
