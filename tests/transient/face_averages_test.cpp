// Averages on a face: at rest, turning inside a face of the closed cube, at the origin, and where
// nothing ends on one face.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/face_averages.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(face_averages_)

namespace {

/// A network of one matrix without input layer: u_0 = W x_0.
ResidualNetwork network_of(const Matrix& W, Activation activation, double step) {
    ResidualNetwork network;
    network.activation = activation;
    network.step = step;
    network.depth = 1;
    network.blocks = {{.W = W, .b = Vector::Zero(W.rows()), .A = {}}};
    return network;
}

/// x_0 with these pre-activations.
Matrix starting_at(const ResidualNetwork& network, const Matrix& u0) {
    return Lu(network.blocks.front().W).inverse() * u0;
}

Matrix spread_out(Index rows, Index cols) {
    Random random(7, 0);
    Matrix u(rows, cols);
    for (Index j = 0; j < cols; ++j) {
        for (Index i = 0; i < rows; ++i) {
            u(i, j) = random.normal();
        }
    }
    return u;
}

}  // namespace

BOOST_AUTO_TEST_CASE(winner_takes_all_ends_at_its_two_vertices) {
    const Matrix W{{1.0, -2.0}, {-2.0, 1.0}};
    const ResidualNetwork network = network_of(W, Activation::Logistic, 0.5);
    const Matrix u0{{1.0, -1.0, 2.0}, {-1.0, 1.0, 0.0}};
    const FaceAverages found = face_averages(network, starting_at(network, u0));
    BOOST_REQUIRE(found.faces.size() == 2U);
    BOOST_TEST(to_string(found.faces[0].pattern) == "HL");
    BOOST_TEST(found.faces[0].members == (std::vector<Index>{0, 2}),
               boost::test_tools::per_element());
    BOOST_TEST(to_string(found.faces[1].pattern) == "LH");
    BOOST_TEST((found.faces[0].y == Vector{{1.0, 0.0}}));
    BOOST_TEST(found.faces[0].turning == 0);
    BOOST_TEST(found.faces[0].deviation < 1e-12);
    BOOST_TEST(found.elsewhere.empty());
    BOOST_TEST(found.at_origin.empty());
}

BOOST_AUTO_TEST_CASE(turning_residuals_have_the_mean_of_their_face) {
    // Units 0 and 1 turn about a point of their own while unit 2 is driven to its upper level; the
    // constant of unit 2 displaces that point.
    const Matrix W{{-1.0, 2.0, 0.3}, {-2.0, -1.0, 0.2}, {0.0, 0.0, 0.5}};
    const ResidualNetwork network = network_of(W, Activation::Tanh, 1.0);
    Matrix u0 = spread_out(3, 20);
    u0.row(2) = u0.row(2).cwiseAbs().array() + 0.5;
    const FaceAverages found = face_averages(network, starting_at(network, u0));
    BOOST_REQUIRE(found.faces.size() == 1U);
    const FaceEnd& end = found.faces.front();
    BOOST_TEST(to_string(end.pattern) == "FFH");
    BOOST_TEST(end.members.size() == 20U);
    BOOST_TEST(end.turning == 20);
    BOOST_TEST((W * end.y).head(2).norm() < 1e-14);
    BOOST_TEST(std::abs(end.y[2] - 1.0) < 1e-15);
    BOOST_TEST(end.y.head(2).norm() > 0.05);
    BOOST_TEST(end.bound < 0.01);
    BOOST_TEST(end.deviation > 1e-9);  // they turn: the mean of a window is not exact
    BOOST_TEST(found.largest_relative_deviation <= 1.0);
    for (const Index j : end.members) {
        BOOST_TEST((found.mean.col(j) - end.y).norm() <= (1.0 + 1e-9) * end.bound);
    }
    // A window ten times as long leaves a tenth of the bound.
    const FaceAverages longer =
        face_averages(network, starting_at(network, u0), {.window = 20000, .threads = 2});
    BOOST_TEST(longer.faces.front().bound < 0.2 * end.bound);
}

BOOST_AUTO_TEST_CASE(the_origin_and_motion_through_several_faces_are_no_ends) {
    const Matrix competing = -Matrix::Ones(2, 2);
    const ResidualNetwork decaying =
        network_of(competing - Matrix::Identity(2, 2), Activation::Logistic, 1.0);
    const FaceAverages gone =
        face_averages(decaying, starting_at(decaying, spread_out(2, 5)), {.layers = 5000});
    BOOST_TEST(gone.at_origin.size() == 5U);
    BOOST_TEST(gone.faces.empty());

    const Matrix cycle{{1.0, -3.0, 1.0}, {1.0, 1.0, -3.0}, {-3.0, 1.0, 1.0}};
    const ResidualNetwork heteroclinic = network_of(cycle, Activation::Logistic, 0.1);
    const FaceAverages turns = face_averages(
        heteroclinic, starting_at(heteroclinic, spread_out(3, 4)), {.layers = 100, .window = 1000});
    BOOST_TEST(turns.faces.empty());
    BOOST_TEST(turns.elsewhere.size() == 4U);
}

BOOST_AUTO_TEST_CASE(options_out_of_range_and_unbounded_residuals_are_refused) {
    const ResidualNetwork network = network_of(Matrix::Identity(2, 2), Activation::Tanh, 1.0);
    const Matrix x0 = Matrix::Ones(2, 1);
    const auto refused = [&](const FaceAverageOptions& options) {
        return refusal([&] { face_averages(network, x0, options); });
    };
    BOOST_TEST(says(refused({.layers = -1}), "layers", ">= 0"));
    BOOST_TEST(says(refused({.window = 0}), "window", ">= 1"));
    BOOST_TEST(says(refused({.saturation = 0.5}), "saturation", "(0, 0.5)"));
    BOOST_TEST(says(refused({.largest_bound = 0.0}), "largest_bound", "> 0"));
    const ResidualNetwork relu = network_of(Matrix::Identity(2, 2), Activation::ReLU, 1.0);
    BOOST_TEST(says(refusal([&] { face_averages(relu, x0); }), "face averages"));
}

BOOST_AUTO_TEST_SUITE_END()
