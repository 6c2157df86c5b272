#include "equilibria/free_set_faces.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <utility>
#include <vector>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/attracting_face.hpp>

#include "equilibria/filter_weights.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(free_set_faces_)

namespace {

Matrix integers(Random& random, Index rows, Index cols, int bound) {
    Matrix M(rows, cols);
    for (double& entry : M.reshaped()) {
        entry = static_cast<double>(random.below(2 * static_cast<std::uint64_t>(bound) + 1)) -
                static_cast<double>(bound);
    }
    return M;
}

Matrix with_repeated_rows(Matrix M) {
    const Index half = (M.rows() + 1) / 2;
    M.bottomRows(M.rows() - half) = M.topRows(M.rows() - half).eval();
    return M;
}

/// What two decisions have found: 0 and 1 nothing, 2 an equilibrium, 3 a continuum; all that is
/// said of it must be the same, to the bit.
int compare(const FaceDecision& a, const FaceDecision& b) {
    BOOST_REQUIRE(a.index() == b.index());
    if (const auto* e = std::get_if<Equilibrium>(&a)) {
        const auto& f = std::get<Equilibrium>(b);
        BOOST_TEST((e->y.array() == f.y.array()).all());
        BOOST_TEST(e->residual == f.residual);
        BOOST_TEST((e->flow_eigenvalues == f.flow_eigenvalues));
        BOOST_TEST((e->multipliers == f.multipliers));
        BOOST_TEST((e->type == f.type));
        BOOST_TEST((e->pattern == f.pattern));
        for (const auto& [s, t] :
             {std::pair(e->spectrum, f.spectrum), std::pair(e->free_spectrum, f.free_spectrum)}) {
            BOOST_TEST((s.unstable == t.unstable && s.stable == t.stable &&
                        s.neutral == t.neutral && s.zero == t.zero && s.all_real == t.all_real));
        }
        return 2;
    }
    if (const auto* e = std::get_if<Continuum>(&a)) {
        const auto& f = std::get<Continuum>(b);
        BOOST_TEST(e->dimension == f.dimension);
        BOOST_TEST((e->point.array() == f.point.array()).all());
        BOOST_TEST((e->flow_eigenvalues == f.flow_eigenvalues));
        BOOST_TEST(e->transverse.unstable == f.transverse.unstable);
        BOOST_TEST(e->transverse.neutral == f.transverse.neutral);
        BOOST_TEST(e->transverse.zero == f.transverse.zero);
        BOOST_TEST(e->transverse.stable == f.transverse.stable);
        BOOST_TEST(e->transverse.all_real == f.transverse.all_real);
        BOOST_TEST((e->pattern == f.pattern));
        return 3;
    }
    return std::holds_alternative<EmptyFace>(a) ? 0 : 1;
}

/// All 3^N faces against FaceSolver and AttractingFaceSolver; how many of each kind.
std::array<Index, 4> compare_all(const Matrix& W, Activation activation) {
    const ResidualSystem system(W, activation);
    const FaceSolver solver(system);
    const AttractingFaceSolver attracting(system);
    const ExactWeights weights(system);
    const auto n = static_cast<std::size_t>(W.rows());
    std::array<Index, 4> counts{};
    for (std::uint32_t free = 0; free < std::uint32_t{1} << n; ++free) {
        FreeSetFaces faces(weights, units_of(free, W.rows(), true));
        const std::uint32_t saturated = ((std::uint32_t{1} << n) - 1) & ~free;
        std::uint32_t high = 0;
        do {
            Pattern pattern;
            for (std::size_t i = 0; i < n; ++i) {
                pattern.states.push_back((free >> i & 1U) != 0   ? UnitState::Free
                                         : (high >> i & 1U) != 0 ? UnitState::High
                                                                 : UnitState::Low);
            }
            const FaceDecision decision = faces.decide(pattern);
            const int kind = compare(decision, solver.decide(pattern));
            ++counts[static_cast<std::size_t>(kind)];
            if (kind == 3) {
                BOOST_TEST(faces.attracts(pattern) == attracting.dimension(pattern).has_value());
            }
            high = (high - saturated) & saturated;
        } while (high != 0);
    }
    return counts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(faces_of_one_set_are_decided_as_each_by_itself) {
    Random random(21);
    std::array<Index, 4> seen{};
    for (int k = 0; k < 24; ++k) {
        const auto n = static_cast<Index>(3 + k % 3);
        std::vector<Matrix> some = {integers(random, n, n, 2),
                                    with_repeated_rows(integers(random, n, n, 2)),
                                    integers(random, n, 1, 2) * integers(random, 1, n, 2),
                                    integers(random, n, 2, 2) * integers(random, 2, n, 2)};
        const Matrix& W = some[static_cast<std::size_t>(k) % some.size()];
        for (const Activation f : {Activation::Tanh, Activation::Logistic}) {
            const auto counts = compare_all(W, f);
            for (std::size_t kind = 0; kind < seen.size(); ++kind) {
                seen[kind] += counts[kind];
            }
        }
    }
    for (const Index count : seen) {
        BOOST_TEST(count > 100);
    }
}

BOOST_AUTO_TEST_CASE(numbers_that_leave_a_word_on_the_way_change_nothing) {
    Random random(22);
    for (const int bound : {1 << 9, 1 << 14, 1 << 20, (1 << 30) - 1, 1 << 30}) {
        for (const Activation f : {Activation::Tanh, Activation::Logistic}) {
            Matrix W = integers(random, 4, 4, bound);
            W(0, 0) = bound;  // the largest entry decides whether words are tried
            BOOST_TEST(ExactWeights(ResidualSystem(W, f)).words().has_value() == (bound < 1 << 30));
            BOOST_TEST(compare_all(W, f)[2] > 0);
            compare_all(with_repeated_rows(W), f);
        }
    }
}

BOOST_AUTO_TEST_CASE(weights_of_any_size_are_decided_alike) {
    Random random(23);
    const Matrix G = random.normal_matrix(4, 4, 1.0);
    for (const Activation f : {Activation::Tanh, Activation::Logistic}) {
        compare_all(G, f);
        compare_all(with_repeated_rows(G), f);
        compare_all(Matrix::Zero(3, 3), f);
        compare_all(Matrix::Ones(4, 4), f);
        compare_all(std::ldexp(1.0, 900) * integers(random, 3, 3, 2), f);
        compare_all(std::ldexp(1.0, -900) * integers(random, 3, 3, 2), f);
    }
}

BOOST_AUTO_TEST_SUITE_END()
