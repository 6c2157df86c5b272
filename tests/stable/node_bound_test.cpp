// Both bounds of the search at its nodes, rows and linear programs: the same lists, from trees of
// different size.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

#include <support/tied_weights.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(node_bound_)

namespace {

void same_faces(const ResidualSystem& system) {
    const AttractingFaces rows = attracting_faces(system, {.bound = NodeBound::Rows});
    const AttractingFaces programs = attracting_faces(system, {.bound = NodeBound::LinearPrograms});
    BOOST_TEST((rows.complete() && programs.complete()));
    BOOST_TEST(rows.isolated == programs.isolated);
    BOOST_TEST(rows.continua == programs.continua);
    BOOST_REQUIRE(rows.faces.size() == programs.faces.size());
    for (std::size_t k = 0; k < rows.faces.size(); ++k) {
        BOOST_TEST(to_string(rows.faces[k].pattern) == to_string(programs.faces[k].pattern));
        BOOST_TEST((rows.faces[k].y == programs.faces[k].y));
    }
}

void same_stable(const ResidualSystem& system, bool count_marginal) {
    const StableSearch rows =
        stable_equilibria(system, {.count_marginal = count_marginal, .bound = NodeBound::Rows});
    const StableSearch programs = stable_equilibria(
        system, {.count_marginal = count_marginal, .bound = NodeBound::LinearPrograms});
    BOOST_TEST((rows.complete() && programs.complete()));
    BOOST_TEST(rows.stable_vertices == programs.stable_vertices);
    BOOST_TEST(rows.stable_faces == programs.stable_faces);
    BOOST_TEST(rows.marginal == programs.marginal);
    BOOST_REQUIRE(rows.equilibria.size() == programs.equilibria.size());
    for (std::size_t k = 0; k < rows.equilibria.size(); ++k) {
        BOOST_TEST((rows.equilibria[k].pattern == programs.equilibria[k].pattern));
    }
}

ResidualSystem gaussian(Index n, Activation f, std::uint64_t seed) {
    return {Random(seed).normal_matrix(n, n, 1.0) - Matrix::Identity(n, n), f};
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_and_linear_programs_list_the_same) {
    Random random(81);
    for (int k = 0; k < 200; ++k) {
        const auto n = static_cast<Index>(2 + random.below(k % 2 == 0 ? 11 : 4));
        Matrix W = k % 2 == 0 ? random.normal_matrix(n, n, 1.0) : tied_weights(random, n);
        if (k % 4 < 2) {
            W.diagonal().array() -= 1.0;  // stable free blocks
        }
        const ResidualSystem system(W, k % 3 == 0 ? Activation::Tanh : Activation::Logistic);
        same_faces(system);
        same_stable(system, k % 5 != 0);
    }
}

BOOST_AUTO_TEST_CASE(a_product_of_two_matrices_with_far_scales) {
    Random random(82);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const Vector scales = Vector::LinSpaced(5, -10.0, 10.0).array().exp();
        same_faces(ResidualSystem(
            ResidualSystem::Factors{scales.asDiagonal() * random.normal_matrix(5, 3, 1.0),
                                    random.normal_matrix(3, 5, 1.0)},
            f));
    }
}

BOOST_AUTO_TEST_CASE(linear_programs_take_fewer_nodes_and_any_threads_the_same) {
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const ResidualSystem system = gaussian(16, f, 83);
        const AttractingFaces rows = attracting_faces(system, {.bound = NodeBound::Rows});
        const AttractingFaces one =
            attracting_faces(system, {.bound = NodeBound::LinearPrograms, .threads = 1});
        const AttractingFaces two =
            attracting_faces(system, {.bound = NodeBound::LinearPrograms, .threads = 2});
        BOOST_TEST(rows.count() == one.count());
        BOOST_TEST(one.work.nodes == two.work.nodes);
        BOOST_TEST(one.work.excluded_by_rows == two.work.excluded_by_rows);
        BOOST_TEST(one.work.nodes < rows.work.nodes);
        const CostPrediction prediction =
            predict_attracting_faces(system, {.probes = 25, .bound = NodeBound::LinearPrograms});
        BOOST_TEST(prediction.node_cost > 1.0);
        BOOST_TEST(std::abs(prediction.nodes - static_cast<double>(one.work.nodes)) <
                   5.0 * prediction.standard_error + 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(evidence_is_of_rows_alone) {
    const ResidualSystem system = gaussian(10, Activation::Logistic, 84);
    std::uint64_t proofs = 0;
    const AttractingFaces kept = attracting_faces(
        system,
        {.bound = NodeBound::LinearPrograms, .on_proof = [&](const NodeProof&) { ++proofs; }});
    const AttractingFaces rows = attracting_faces(system, {.bound = NodeBound::Rows});
    BOOST_TEST(proofs == rows.work.nodes);
    BOOST_TEST(kept.work.nodes == rows.work.nodes);
}

BOOST_AUTO_TEST_SUITE_END()
