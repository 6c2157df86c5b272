// l₁ against normal forms whose coefficient is known, and against what rounding leaves of zero.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/first_lyapunov_coefficient.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(first_lyapunov_coefficient_)

namespace {

FieldJet empty_jet(Matrix A) {
    const Index n = A.rows();
    return {std::move(A), std::vector<Matrix>(static_cast<std::size_t>(n), Matrix::Zero(n, n)),
            std::vector<Matrix>(static_cast<std::size_t>(n * n), Matrix::Zero(n, n))};
}

/// x' = −ωz + s x (x² + z²), z' = ωx + s z (x² + z²): r' = s r³, so c₁ = s for the amplitude
/// |ζ| = r and, with ⟨q, q⟩ = 1, i.e. ζ = r/√2, l₁ = 2s/ω.
FieldJet normal_form(double omega, double s) {
    FieldJet jet = empty_jet(Matrix{{0, -omega}, {omega, 0}});
    const auto set = [&](Index i, Index j, Index k, Index l, double value) {
        const Index at[3] = {j, k, l};
        // every order of the three indices
        for (const auto& o : {std::array{0, 1, 2}, std::array{0, 2, 1}, std::array{1, 0, 2},
                              std::array{1, 2, 0}, std::array{2, 0, 1}, std::array{2, 1, 0}}) {
            jet.third[static_cast<std::size_t>(i * 2 + at[o[0]])](at[o[1]], at[o[2]]) = value;
        }
    };
    set(0, 0, 0, 0, 6 * s);
    set(0, 0, 1, 1, 2 * s);
    set(1, 1, 1, 1, 6 * s);
    set(1, 0, 0, 1, 2 * s);
    return jet;
}

/// The jet of S f(S⁻¹ x).
FieldJet transformed(const FieldJet& jet, const Matrix& S) {
    const Index n = S.rows();
    const Matrix R = Lu(S).inverse();
    FieldJet result = empty_jet(S * jet.jacobian * R);
    for (Index i = 0; i < n; ++i) {
        for (Index k = 0; k < n; ++k) {
            result.second[static_cast<std::size_t>(i)] +=
                S(i, k) * R.transpose() * jet.second[static_cast<std::size_t>(k)] * R;
            for (Index j = 0; j < n; ++j) {
                for (Index m = 0; m < n; ++m) {
                    result.third[static_cast<std::size_t>(i * n + j)] +=
                        S(i, k) * R(m, j) * R.transpose() *
                        jet.third[static_cast<std::size_t>(k * n + m)] * R;
                }
            }
        }
    }
    return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_normal_form_has_its_coefficient) {
    for (const double omega : {0.5, 3.0}) {
        for (const double s : {-1.0, 0.25}) {
            const auto l1 = resdyn::first_lyapunov_coefficient(normal_form(omega, s));
            BOOST_TEST(l1.frequency == omega, boost::test_tools::tolerance(1e-14));
            BOOST_TEST(l1.value == 2 * s / omega, boost::test_tools::tolerance(1e-13));
            BOOST_TEST((l1.criticality ==
                        (s < 0 ? HopfCriticality::Supercritical : HopfCriticality::Subcritical)));
        }
    }
}

BOOST_AUTO_TEST_CASE(quadratic_terms_of_a_known_system) {
    // x' = −y, y' = x + a x² + b xy + c y² … with A = rotation: Bautin's a = (f_xx …)/16 formula
    // (Guckenheimer, Holmes 1983, eq. 3.4.11) is an independent route: 16 a = f_xxx + f_xyy + g_xxy
    // + g_yyy + (f_xy (f_xx + f_yy) − g_xy (g_xx + g_yy) − f_xx g_xx + f_yy g_yy)/ω; l₁ = 2a/ω.
    Random random(3);
    for (int trial = 0; trial < 50; ++trial) {
        const double omega = random.uniform(0.3, 3.0);
        FieldJet jet = empty_jet(Matrix{{0, -omega}, {omega, 0}});
        for (Matrix& M : jet.second) {
            M = random.normal_matrix(2, 2, 1.0);
            M = (M + M.transpose()).eval();
        }
        const Matrix& f = jet.second[0];
        const Matrix& g = jet.second[1];
        const double a = (f(0, 1) * (f(0, 0) + f(1, 1)) - g(0, 1) * (g(0, 0) + g(1, 1)) -
                          f(0, 0) * g(0, 0) + f(1, 1) * g(1, 1)) /
                         (16 * omega);
        const auto l1 = resdyn::first_lyapunov_coefficient(jet);
        BOOST_TEST(std::abs(l1.value - 2 * a / omega) <= l1.error_bound + 1e-13 * std::abs(a));
        // A linear change of coordinates keeps the sign.
        const Matrix S = Matrix::Identity(2, 2) + random.normal_matrix(2, 2, 0.2);
        const auto moved = resdyn::first_lyapunov_coefficient(transformed(jet, S));
        BOOST_TEST((moved.criticality == l1.criticality));
    }
}

BOOST_AUTO_TEST_CASE(zero_is_called_degenerate_in_any_coordinates) {
    // A Hamiltonian field: H = (x² + z²)/2 + x³/3 + x z²; every first integral of this kind has
    // l₁ = 0. x' = −H_z, z' = H_x.
    FieldJet jet = empty_jet(Matrix{{0, -1}, {1, 0}});
    jet.second[0] = Matrix{{0, -2}, {-2, 0}};
    jet.second[1] = Matrix{{2, 0}, {0, 2}};
    Random random(5);
    for (int trial = 0; trial < 50; ++trial) {
        const Matrix S = Matrix::Identity(2, 2) + random.normal_matrix(2, 2, 0.2);
        const auto l1 = resdyn::first_lyapunov_coefficient(transformed(jet, S));
        BOOST_TEST((l1.criticality == HopfCriticality::Degenerate));
        BOOST_TEST(l1.error_bound < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(resonance_is_undefined_and_wrong_input_refused) {
    FieldJet resonant = empty_jet(Matrix{{0, -1, 0}, {1, 0, 0}, {0, 0, 0}});
    BOOST_TEST(
        (resdyn::first_lyapunov_coefficient(resonant).criticality == HopfCriticality::Undefined));
    BOOST_TEST(says(refusal([] {
                        resdyn::first_lyapunov_coefficient(empty_jet(Matrix{{1, 0}, {0, 2}}));
                    }),
                    "complex pair", "real eigenvalues"));
    FieldJet short_jet = empty_jet(Matrix{{0, -1}, {1, 0}});
    short_jet.third.pop_back();
    BOOST_TEST(says(refusal([&] { resdyn::first_lyapunov_coefficient(short_jet); }), "n^2 matrices",
                    "3 matrices"));
}

BOOST_AUTO_TEST_SUITE_END()
