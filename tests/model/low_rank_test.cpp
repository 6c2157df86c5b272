// W of rank r as a flow of r variables: held against the flow and the layers of all units.
#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/low_rank.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/integrate.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(low_rank_)

namespace {

/// N = 7, three classes; M = 7 or 5.
ResidualNetwork network(Activation f, bool two_matrices, bool input) {
    Random random(17);
    const Index n = 7;
    const Index m = two_matrices ? 5 : n;
    ResidualNetwork result;
    result.activation = f;
    result.step = 0.3;
    result.depth = 9;
    ResidualBlock block{random.normal_matrix(m, n, 0.5), random.uniform_vector(m, -1, 1), {}};
    if (two_matrices) {
        block.A = random.normal_matrix(n, m, 0.5);
    }
    result.blocks = {block};
    result.readout = {random.normal_matrix(3, n, 1.0), random.uniform_vector(3, -1, 1)};
    if (input) {
        result.input =
            LinearLayer{random.normal_matrix(n, 4, 0.5), random.uniform_vector(n, -1, 1)};
    }
    return result;
}

double largest(const Matrix& m) {
    return m.cwiseAbs().maxCoeff();
}

}  // namespace

BOOST_AUTO_TEST_CASE(layers_of_z_and_of_all_units_are_one_and_the_same_for_every_kind_and_rank) {
    for (const Activation f : all_activations) {
        for (const bool two : {false, true}) {
            for (const bool input : {false, true}) {
                const ResidualNetwork original = network(f, two, input);
                const LowRankParts parts(original);
                BOOST_TEST(parts.largest_rank() == (two ? 5 : 7));
                const Matrix data = Random(3).normal_matrix(original.input_width(), 20, 1.0);
                for (Index r = 1; r <= parts.largest_rank(); ++r) {
                    BOOST_TEST_CONTEXT(to_string(f) << ", two matrices " << two << ", rank " << r) {
                        const LowRankNetwork low = parts.of_rank(r);
                        validate(low.flow);
                        validate(low.compact);
                        BOOST_TEST(low.compact.width() == r + 3);
                        const LayerStates x =
                            run_layers(low.whole, initial_activity(low.whole, data));
                        const LayerStates z =
                            run_layers(low.flow, initial_activity(low.flow, data));
                        for (std::size_t n = 0; n < x.x.size(); ++n) {
                            const Matrix expected = low.Q.transpose() * x.x[n];
                            BOOST_TEST(largest(z.x[n] - expected) < 1e-12 * (1 + largest(x.x[n])));
                        }
                        for (std::size_t n = 0; n < x.y.size(); ++n) {
                            BOOST_TEST(largest(z.y[n] - x.y[n]) < 1e-12 * (1 + largest(x.y[n])));
                        }
                        const LayerStates both =
                            run_layers(low.compact, initial_activity(low.compact, data));
                        const Matrix logits = low.whole.readout(x.x.back());
                        BOOST_TEST(largest(low.compact.readout(both.x.back()) - logits) <
                                   1e-12 * (1 + largest(logits)));
                    }
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_flow_of_z_is_the_projection_of_the_flow_of_x) {
    for (const Activation f : {Activation::Logistic, Activation::Tanh, Activation::Softplus}) {
        for (const bool two : {false, true}) {
            const ResidualNetwork original = network(f, two, false);
            const LowRankNetwork low = LowRankParts(original).of_rank(2);
            const ActivityFlow of_x(low.whole.block(0), f);
            const ActivityFlow of_z(low.flow.block(0), f);
            const Vector x0 = Random(5).normal_matrix(7, 1, 1.0);
            const Vector z0 = low.Q.transpose() * x0;
            // The velocity at one point, exactly; then along the way.
            BOOST_TEST(largest(of_z.value(z0) - low.Q.transpose() * of_x.value(x0)) < 1e-13);
            IntegrateOptions options{.t_end = 6.0, .rel_tol = 1e-12, .abs_tol = 1e-13};
            options.sample_times = {1.0, 2.0, 4.0, 6.0};
            const Trajectory x = integrate(of_x, x0, options);
            const Trajectory z = integrate(of_z, z0, options);
            BOOST_TEST((x.outcome == Outcome::ReachedEnd));
            BOOST_TEST(largest(z.x - low.Q.transpose() * x.x) < 1e-9 * (1 + largest(z.x)));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_part_is_the_best_of_its_rank_and_the_whole_rank_changes_nothing) {
    const ResidualNetwork original = network(Activation::Logistic, true, false);
    const LowRankParts parts(original);
    const Matrix& W = original.block(0).W;
    const Vector& sigma = parts.singular_values();
    for (Index r = 1; r <= 5; ++r) {
        const LowRankNetwork low = parts.of_rank(r);
        BOOST_TEST(largest(low.Q.transpose() * low.Q - Matrix::Identity(r, r)) < 1e-13);
        const Matrix left_out = W - low.whole.block(0).W;
        // Eckart, Young: what is left out has the norms of the remaining singular values.
        const double norm = singular_values(left_out)[0];
        BOOST_TEST(std::abs(norm - (r < 5 ? sigma[r] : 0.0)) < 1e-13);
        BOOST_TEST(std::abs(1 - parts.kept(r) - left_out.squaredNorm() / W.squaredNorm()) < 1e-13);
        for (Index k = 0; k < r; ++k) {
            BOOST_TEST(low.Q.col(k).maxCoeff() >= -low.Q.col(k).minCoeff());
        }
    }
    BOOST_TEST(parts.kept(5) == 1.0);
}

BOOST_AUTO_TEST_CASE(a_matrix_of_rank_one_known_in_closed_form) {
    // W = a q qᵀ with q = (3, 4)/5: z = (3x_0 + 4x_1)/5, z' = Σ q_i tanh(a q_i z + b_i).
    ResidualNetwork original;
    original.activation = Activation::Tanh;
    original.depth = 3;
    const Vector q{{0.6, 0.8}};
    original.blocks = {{2.0 * q * q.transpose(), Vector{{0.3, -0.2}}, {}}};
    original.readout = {Matrix::Identity(2, 2), Vector::Zero(2)};
    const LowRankParts parts(original);
    BOOST_TEST(std::abs(parts.singular_values()[0] - 2.0) < 1e-15);
    BOOST_TEST(parts.singular_values()[1] < 1e-15);
    const LowRankNetwork low = parts.of_rank(1);
    BOOST_TEST(largest(low.Q - q) < 1e-15);
    const ActivityFlow field(low.flow.block(0), Activation::Tanh);
    const double z = 0.7;
    const double expected = 0.6 * std::tanh(1.2 * z + 0.3) + 0.8 * std::tanh(1.6 * z - 0.2);
    BOOST_TEST(std::abs(field.value(Vector::Constant(1, z))[0] - expected) < 1e-15);
}

BOOST_AUTO_TEST_CASE(a_matrix_of_zeros_keeps_everything) {
    ResidualNetwork original = network(Activation::Logistic, false, false);
    original.blocks.front().W.setZero();
    const LowRankParts parts(original);
    BOOST_TEST(parts.kept(1) == 1.0);
    BOOST_TEST(largest(parts.of_rank(1).flow.block(0).W) == 0.0);
}

BOOST_AUTO_TEST_CASE(what_is_no_such_network_or_rank_is_refused) {
    const LowRankParts parts(network(Activation::Logistic, true, false));
    for (const Index r : {-1, 0, 6}) {
        BOOST_TEST(says(refusal<std::invalid_argument>([&] { parts.of_rank(r); }), "1 to 5"));
    }
    ResidualNetwork own = network(Activation::Logistic, false, false);
    own.blocks.resize(9, own.blocks.front());
    BOOST_TEST(says(refusal<std::invalid_argument>([&] { LowRankParts{own}; }), "shared weights"));
    ResidualNetwork bare = network(Activation::Logistic, false, false);
    bare.readout = {};
    BOOST_TEST(says(refusal<std::invalid_argument>([&] { LowRankParts{bare}; }), "read-out"));
}

BOOST_AUTO_TEST_SUITE_END()
