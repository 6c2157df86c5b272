// Eigenvalues of products: against one matrix where that is good, and of known size where it is
// not.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include "numerics/decompositions.hpp"
#include "recurrence/product_eigenvalues.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(product_eigenvalues_)

namespace {

Matrix random_matrix(Index n, std::mt19937& random) {
    std::normal_distribution<double> normal;
    Matrix A(n, n);
    for (double& entry : A.reshaped()) {
        entry = normal(random);
    }
    return A;
}

/// Of each value of `a`, the distance to the nearest of `b`, relative; the largest.
double farthest(const std::vector<Complex>& a, const std::vector<Complex>& b) {
    double largest = 0.0;
    for (const Complex value : a) {
        double nearest = HUGE_VAL;
        for (const Complex other : b) {
            nearest = std::min(nearest, std::abs(value - other));
        }
        largest = std::max(largest, nearest / std::abs(value));
    }
    return largest;
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_few_pieces_they_are_those_of_the_product) {
    std::mt19937 random(5);
    for (Index n = 1; n <= 6; ++n) {
        for (int trial = 0; trial < 20; ++trial) {
            const Matrix A = random_matrix(n, random);
            const Matrix B = random_matrix(n, random);
            const std::vector<Complex> of_product = eigenvalues(B * A);
            BOOST_TEST(product_eigenvalues({A, B}).size() == of_product.size());
            BOOST_TEST(farthest(of_product, product_eigenvalues({A, B})) < 1e-8);
        }
    }
}

BOOST_AUTO_TEST_CASE(small_ones_keep_their_digits_beside_large_ones) {
    // Pieces X_{k+1} D X_k⁻¹ around a ring: the product is similar to a power of D.
    std::mt19937 random(6);
    const Index pieces = 8;
    const double turn = 0.7;
    Matrix D = Matrix::Zero(4, 4);
    D(0, 0) = 30.0;
    D(1, 1) = -1.0 + 1e-3;
    D.block(2, 2, 2, 2) << 0.05 * std::cos(turn), -0.05 * std::sin(turn), 0.05 * std::sin(turn),
        0.05 * std::cos(turn);
    std::vector<Matrix> X;
    for (Index k = 0; k < pieces; ++k) {
        X.push_back(random_matrix(4, random) + 3.0 * Matrix::Identity(4, 4));
    }
    std::vector<Matrix> ring;
    for (Index k = 0; k < pieces; ++k) {
        const Matrix& next = X[static_cast<std::size_t>((k + 1) % pieces)];
        // One sign more makes the second −1 to a power, and not 1.
        Matrix piece = D;
        piece(1, 1) *= k == 0 ? -1.0 : 1.0;
        ring.emplace_back(next * piece * Lu(X[static_cast<std::size_t>(k)]).inverse());
    }
    const std::vector<Complex> found = product_eigenvalues(ring);
    const double small = std::pow(0.05, 8);
    const std::vector<Complex> expected = {std::pow(30.0, 8), -std::pow(1.0 - 1e-3, 8),
                                           std::polar(small, 8 * turn),
                                           std::polar(small, -8 * turn)};
    BOOST_TEST(farthest(expected, found) < 1e-9);
    // In one matrix the small ones are lost: else this test shows nothing.
    Matrix product = Matrix::Identity(4, 4);
    for (const Matrix& piece : ring) {
        product = piece * product;
    }
    BOOST_TEST(farthest(expected, eigenvalues(product)) > 1e-3);
}

BOOST_AUTO_TEST_SUITE_END()
