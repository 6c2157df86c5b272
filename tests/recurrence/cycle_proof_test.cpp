// Proofs in intervals: what is a cycle is proved, what is none is not.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/recurrence/cycle_proof.hpp>
#include <resdyn/recurrence/cycles.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(cycle_proof_)

namespace {

MapCycle alternating(const ResidualSystem& system) {
    return *refine_map_cycle(system, {{UnitState::Free}}, Matrix{{-1.0, 1.2}},
                             Vector(Vector::Zero(1)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_known_cycle_is_proved_with_its_period_and_that_it_attracts) {
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    const CycleProof proof = prove_map_cycle(system, alternating(system));
    BOOST_TEST(proof.proved);
    BOOST_TEST(proof.minimal);
    BOOST_TEST(proof.attracting);
    BOOST_TEST(proof.attracts_in_cube);
    BOOST_TEST(proof.radius < 1e-12);
    BOOST_TEST(proof.separation > 2.0);
}

BOOST_AUTO_TEST_CASE(a_multiple_of_the_period_is_proved_to_close_and_not_to_be_minimal) {
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    MapCycle twice = alternating(system);
    twice.u = (Matrix(1, 4) << twice.u, twice.u).finished();
    const CycleProof proof = prove_map_cycle(system, twice);
    BOOST_TEST(proof.proved);
    BOOST_TEST(!proof.minimal);
    BOOST_TEST(!proof.reason.empty());
}

BOOST_AUTO_TEST_CASE(points_that_are_no_cycle_are_not_proved) {
    const ResidualSystem system(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    MapCycle cycle = alternating(system);
    for (const double error : {1e-3, 1e-2, 0.3}) {
        MapCycle off = cycle;
        off.u(0, 0) += error;
        const CycleProof proof = prove_map_cycle(system, off);
        // A wide box about points a little off may hold the cycle: then it is within reach.
        BOOST_TEST((!proof.proved || proof.radius >= error));
    }
    cycle.u.setConstant(0.7);
    const CycleProof proof = prove_map_cycle(system, cycle);
    BOOST_TEST((!proof.proved || proof.radius >= 0.7));
}

BOOST_AUTO_TEST_CASE(cycles_of_random_systems_are_proved) {
    Random random(21);
    Index cycles = 0;
    Index proved = 0;
    for (int k = 0; k < 32; ++k) {
        const Activation f = k % 2 == 0 ? Activation::Tanh : Activation::Logistic;
        const Index n = 2 + k % 4;
        const ResidualSystem system(random.normal_matrix(n, n, 1.5), f,
                                    f == Activation::Tanh ? 1.2 : 6.0);
        for (const MapFinding& finding :
             find_cycles(system, {.flow = false, .starts = 3, .max_period = 16}).network) {
            if (!finding.cycle) {
                continue;
            }
            const CycleProof proof = prove_map_cycle(system, *finding.cycle);
            ++cycles;
            proved += proof.proved && proof.minimal ? 1 : 0;
            if (proof.attracting) {
                BOOST_TEST((finding.cycle->stability == OrbitStability::Attracting));
            }
            BOOST_TEST((!proof.attracts_in_cube || finding.cycle->attracts_in_cube));
        }
    }
    BOOST_TEST(cycles >= 20);
    BOOST_TEST(proved >= cycles - 1);
}

BOOST_AUTO_TEST_CASE(two_matrices_are_enclosed_and_give_the_same_cycle) {
    Random random(2);
    const Matrix B = random.normal_matrix(2, 3, 1.0);
    const Matrix A = random.normal_matrix(3, 2, 1.0);
    const ResidualSystem product(Matrix(B * A), Activation::Tanh, 2.5);
    const ResidualSystem factors(ResidualSystem::Factors{B, A}, Activation::Tanh, 2.5);
    for (const MapFinding& finding : find_cycles(product, {.flow = false}).network) {
        if (finding.cycle) {
            BOOST_TEST(prove_map_cycle(product, *finding.cycle).proved ==
                       prove_map_cycle(factors, *finding.cycle).proved);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
