#include "numerics/decompositions.hpp"

#include <boost/test/unit_test.hpp>
#include <complex>
#include <limits>

#include <resdyn/core/random.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(decompositions_)

constexpr double close = 1e-12;

Matrix drawn(Index rows, Index columns, std::uint64_t stream) {
    return Random(7, stream).normal_matrix(rows, columns, 1.0);
}

ComplexMatrix drawn_complex(Index n) {
    ComplexMatrix A(n, n);
    A.real() = drawn(n, n, 1);
    A.imag() = drawn(n, n, 2);
    return A;
}

double norm(const auto& expression) {
    return expression.cwiseAbs().maxCoeff();
}

BOOST_AUTO_TEST_CASE(lu_solves_inverts_and_has_the_determinant_of_its_pivots) {
    const Matrix A = drawn(6, 6, 0);
    const Vector b = drawn(6, 1, 3);
    const Lu lu(A);
    BOOST_TEST(norm(A * lu.solve(b) - b) < close);
    BOOST_TEST(norm(A.transpose() * lu.solve_transposed(b) - b) < close);
    BOOST_TEST(norm(A * lu.inverse() - Matrix::Identity(6, 6)) < close);
    BOOST_TEST(lu.determinant() == lu.permutation_sign() * lu.pivots().prod(),
               boost::test_tools::tolerance(close));
    BOOST_TEST(Lu(Matrix{{0.0, 2.0}, {3.0, 0.0}}).determinant() == -6.0);
    BOOST_TEST(Lu(Matrix{{1.0, 0.0}, {0.0, 1e-9}}).reciprocal_condition() == 1e-9,
               boost::test_tools::tolerance(close));
}

BOOST_AUTO_TEST_CASE(complex_systems_are_solved_and_inverted_by_their_real_form) {
    const ComplexMatrix A = drawn_complex(5);
    const ComplexVector b = A.col(2).conjugate();
    const ComplexLu lu(A);
    BOOST_TEST(norm(A * lu.solve(b) - b) < close);
    BOOST_TEST(norm(A * lu.inverse() - ComplexMatrix::Identity(5, 5)) < close);
    // i diag(1, 1e-6): the 1-norms of it and of its inverse are 1 and 1e6.
    ComplexMatrix D = ComplexMatrix::Zero(2, 2);
    D(0, 0) = {0.0, 1.0};
    D(1, 1) = {0.0, 1e-6};
    BOOST_TEST(ComplexLu(D).reciprocal_condition() == 1e-6, boost::test_tools::tolerance(close));
}

BOOST_AUTO_TEST_CASE(singular_values_of_a_complex_matrix_come_once_each) {
    ComplexMatrix D = ComplexMatrix::Zero(3, 3);
    D(0, 1) = {3.0, 4.0};
    D(1, 2) = {0.0, -2.0};
    D(2, 0) = {1.0, 0.0};
    const Vector s = singular_values(D);
    BOOST_REQUIRE_EQUAL(s.size(), 3);
    BOOST_TEST(norm(s - Vector{{5.0, 2.0, 1.0}}) < close);
    // ‖A‖_F² and |det A| of a drawn one.
    const ComplexMatrix A = drawn_complex(4);
    const Vector drawn_values = singular_values(A);
    BOOST_TEST(drawn_values.squaredNorm() == A.squaredNorm(), boost::test_tools::tolerance(close));
    BOOST_TEST(std::is_sorted(drawn_values.begin(), drawn_values.end(), std::greater<>()));
}

BOOST_AUTO_TEST_CASE(eigenpairs_satisfy_their_equation_and_say_when_there_are_none) {
    const Matrix A = drawn(6, 6, 4);
    const Eigenpairs pairs = eigenpairs(A);
    BOOST_TEST(pairs.converged);
    BOOST_TEST(norm(A.cast<std::complex<double>>() * pairs.vectors -
                    pairs.vectors * pairs.values.asDiagonal()) < close);
    BOOST_TEST(norm(schur_eigenvalues(A) - pairs.values) < close);
    const Matrix unknown = Matrix::Constant(2, 2, std::numeric_limits<double>::quiet_NaN());
    const Eigenpairs none = eigenpairs(unknown);
    BOOST_TEST(!none.converged);
    BOOST_TEST((none.values.size() == 2 && std::isnan(none.values[0].real())));
}

BOOST_AUTO_TEST_CASE(symmetric_and_generalized_eigenvalues_ascend) {
    const Matrix S{{2.0, 1.0}, {1.0, 2.0}};
    BOOST_TEST(norm(symmetric_eigenvalues(S) - Vector{{1.0, 3.0}}) < close);
    const SymmetricEigenpairs pairs = symmetric_eigenpairs(S);
    BOOST_TEST(norm(S * pairs.vectors - pairs.vectors * pairs.values.asDiagonal()) < close);
    const std::optional<Vector> scaled = generalized_eigenvalues(S, Matrix{{2.0, 0.0}, {0.0, 2.0}});
    BOOST_REQUIRE(scaled);
    BOOST_TEST(norm(*scaled - Vector{{0.5, 1.5}}) < close);
    BOOST_TEST(!generalized_eigenvalues(S, Matrix{{1.0, 0.0}, {0.0, -1.0}}));
}

BOOST_AUTO_TEST_CASE(cholesky_and_ldlt) {
    const Matrix G = drawn(5, 5, 5);
    const Matrix S = G * G.transpose() + Matrix::Identity(5, 5);
    const Cholesky cholesky(S);
    BOOST_REQUIRE(cholesky.succeeded());
    BOOST_TEST(norm(cholesky.factor() * cholesky.factor().transpose() - S) < 1e-11);
    BOOST_TEST(norm(S * cholesky.solve(G) - G) < 1e-11);
    BOOST_TEST(!Cholesky(Matrix{{1.0, 2.0}, {2.0, 1.0}}).succeeded());
    BOOST_TEST(norm(S * Ldlt(S).inverse() - Matrix::Identity(5, 5)) < 1e-11);
    BOOST_TEST(norm(S * Ldlt(S).solve(G.col(0)) - G.col(0)) < 1e-11);
}

BOOST_AUTO_TEST_CASE(orthogonal_factors_and_singular_vectors_rebuild_the_matrix) {
    const Matrix A = drawn(6, 4, 6);
    const Qr qr(A);
    BOOST_TEST(norm(qr.thin_q() * qr.r() - A) < close);
    BOOST_TEST(norm(qr.full_q().transpose() * qr.full_q() - Matrix::Identity(6, 6)) < close);
    BOOST_TEST(norm(qr.full_q().leftCols(4) - qr.thin_q()) < close);
    const SingularVectors all = singular_vectors(A);
    BOOST_TEST(norm(all.left.leftCols(4) * all.values.asDiagonal() * all.right.transpose() - A) <
               close);
    BOOST_TEST(norm(singular_values(A) - all.values) < close);
    const SingularVectors thin = divided_singular_vectors(A, SingularSide::ThinBoth);
    BOOST_TEST(norm(thin.left * thin.values.asDiagonal() * thin.right.transpose() - A) < close);
    BOOST_TEST(divided_singular_vectors(A, SingularSide::None).left.size() == 0);
    BOOST_TEST(divided_singular_vectors(A, SingularSide::FullLeft).left.cols() == 6);
    BOOST_TEST(divided_singular_vectors(A, SingularSide::ThinRight).right.cols() == 4);
}

BOOST_AUTO_TEST_CASE(ranks_and_shortest_solutions) {
    const Matrix A{{1.0, 1.0}, {1.0, 1.0}};
    BOOST_TEST(column_rank(A) == 1);
    BOOST_TEST(RankRevealingLu(A).rank() == 1);
    BOOST_TEST(!RankRevealingLu(A).is_invertible());
    BOOST_TEST(norm(RankRevealingLu(Matrix{{2.0, 0.0}, {0.0, 4.0}}).solve(Vector{{2.0, 4.0}}) -
                    Vector::Ones(2)) < close);
    BOOST_TEST(norm(least_norm_solution(A, Vector{{2.0, 2.0}}) - Vector::Ones(2)) < close);
    // With a threshold above it a small singular value counts as 0.
    const Matrix nearly{{1.0, 0.0}, {0.0, 1e-6}};
    BOOST_TEST(norm(least_norm_solution(nearly, Vector::Ones(2)) - Vector{{1.0, 1e6}}) < 1e-3);
    BOOST_TEST(norm(least_norm_solution(nearly, Vector::Ones(2), 1e-3) - Vector{{1.0, 0.0}}) <
               close);
}

BOOST_AUTO_TEST_CASE(a_rank_update_reaches_the_lower_triangle) {
    const Matrix G = drawn(4, 2, 8);
    Matrix S = Matrix::Identity(4, 4);
    rank_update(S, G, -2.0);
    const Matrix expected = Matrix::Identity(4, 4) - 2.0 * G * G.transpose();
    for (Index i = 0; i < 4; ++i) {
        for (Index j = 0; j <= i; ++j) {
            BOOST_TEST(std::abs(S(i, j) - expected(i, j)) < close);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
