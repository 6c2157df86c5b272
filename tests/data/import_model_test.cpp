// State dicts as models: bytes as PyTorch writes them, half precision, biases of second matrices.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/data/import_model.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(import_model_)

namespace {

Tensor matrix(const Matrix& m) {
    const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> rows = m;
    return {TensorType::F64, {m.rows(), m.cols()}, {rows.data(), rows.data() + rows.size()}, "F64"};
}

Tensor vector(const Vector& v) {
    return {TensorType::F64, {v.size()}, {v.data(), v.data() + v.size()}, "F64"};
}

/// x + h (fc2(f(fc1(x)))) with biases in both, as a state dict, and its logits by the definition.
struct TorchNetwork {
    std::vector<Matrix> B;
    std::vector<Matrix> A;
    std::vector<Vector> b;
    std::vector<Vector> a;
    Matrix V;
    Vector c;

    explicit TorchNetwork(int layers) {
        Random random(5);
        for (int n = 0; n < layers; ++n) {
            B.push_back(random.normal_matrix(4, 3, 1.0));
            A.push_back(random.normal_matrix(3, 4, 1.0));
            b.push_back(random.uniform_vector(4, -1.0, 1.0));
            a.push_back(random.uniform_vector(3, -1.0, 1.0));
        }
        V = random.normal_matrix(2, 3, 1.0);
        c = random.uniform_vector(2, -1.0, 1.0);
    }
    Safetensors state(bool numbered = true) const {
        Safetensors content;
        for (std::size_t n = 0; n < B.size(); ++n) {
            const std::string block = numbered ? fmt::format("layers.{}.", n) : "block.";
            content.tensors[block + "fc1.weight"] = matrix(B[n]);
            content.tensors[block + "fc1.bias"] = vector(b[n]);
            content.tensors[block + "fc2.weight"] = matrix(A[n]);
            content.tensors[block + "fc2.bias"] = vector(a[n]);
        }
        content.tensors["head.weight"] = matrix(V);
        content.tensors["head.bias"] = vector(c);
        return content;
    }
    Vector logits(Vector x, double h, int depth) const {
        for (int n = 0; n < depth; ++n) {
            const std::size_t k = B.size() == 1 ? 0 : static_cast<std::size_t>(n);
            const Vector y = (B[k] * x + b[k]).array().tanh();
            x += h * (A[k] * y + a[k]);
        }
        return V * x + c;
    }
};

const ResidualNetwork& residual(const ImportedModel& imported) {
    return std::get<ResidualNetwork>(imported.model->network);
}

Vector logits_of(const ResidualNetwork& network, const Vector& x) {
    return network.readout(run_layers(network, x).x.back());
}

}  // namespace

BOOST_AUTO_TEST_CASE(biases_of_second_matrices_are_taken_into_the_others_exactly) {
    const Vector x = Random(7).uniform_vector(3, -1.0, 1.0);
    for (const int blocks : {1, 3}) {
        const TorchNetwork torch(blocks);
        const ImportedModel imported =
            import_model(torch.state(blocks > 1), "s",
                         {.activation = Activation::Tanh, .step = 0.4, .depth = Index{3}});
        BOOST_REQUIRE(imported.model.has_value());
        const ResidualNetwork& network = residual(imported);
        BOOST_TEST(network.depth == 3);
        BOOST_TEST(network.has_shared_weights() == false);  // of the shared too: b drifts
        BOOST_TEST((logits_of(network, x) - torch.logits(x, 0.4, 3)).norm() < 1e-13);
        BOOST_REQUIRE(imported.gap_of_second_biases.has_value());
        BOOST_TEST(*imported.gap_of_second_biases < 1e-14);
        BOOST_TEST((imported.model->type == TensorType::F64));
        BOOST_TEST(
            says(fmt::format("{}", fmt::join(imported.model->notes, " ")), "taken into b and c"));
    }
}

BOOST_AUTO_TEST_CASE(second_biases_of_zero_change_nothing) {
    TorchNetwork torch(2);
    for (Vector& a : torch.a) {
        a.setZero();
    }
    const ImportedModel imported =
        import_model(torch.state(), "s", {.activation = Activation::Tanh});
    BOOST_REQUIRE(imported.model.has_value());
    BOOST_TEST(!imported.gap_of_second_biases.has_value());
    for (std::size_t n = 0; n < 2; ++n) {
        BOOST_TEST((residual(imported).blocks[n].W == torch.B[n]));
        BOOST_TEST((residual(imported).blocks[n].b == torch.b[n]));
        BOOST_TEST((*residual(imported).blocks[n].A == torch.A[n]));
    }
    BOOST_TEST(residual(imported).step == 1.0);
    BOOST_TEST(residual(imported).depth == 2);
}

BOOST_AUTO_TEST_CASE(second_biases_need_a_readout_to_be_taken_into) {
    Safetensors state = TorchNetwork(2).state();
    state.tensors.erase("head.weight");
    state.tensors.erase("head.bias");
    BOOST_TEST(says(
        refusal<InputError>([&] { import_model(state, "s", {.activation = Activation::Tanh}); }),
        "s: expected a read-out"));
}

/// Bytes of a file with the two half formats; every number is one that they hold.
BOOST_AUTO_TEST_CASE(half_precision_is_widened_exactly) {
    const std::vector<std::uint16_t> halves = {
        0x3c00, 0xc000, 0x0001, 0x7bff,   // F16: 1, -2, 2^-24, 65504
        0x3f80, 0xc000, 0x0001, 0x7f7f};  // BF16: 1, -2, 2^-133, (2 - 2^-7) 2^127
    std::string header =
        R"({"__metadata__":{"format":"pt"},)"
        R"("blocks.0.weight":{"dtype":"F16","shape":[2,2],"data_offsets":[0,8]},)"
        R"("blocks.1.weight":{"dtype":"BF16","shape":[2,2],"data_offsets":[8,16]}})";
    header.append((8 - header.size() % 8) % 8, ' ');
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    bytes += header;
    bytes.append(reinterpret_cast<const char*>(halves.data()), 16);
    const test::TemporaryFolder folder;
    const auto path = folder.write("half.safetensors", bytes);
    const ImportedModel imported = import_model(path, {.activation = Activation::Logistic});
    BOOST_REQUIRE(imported.model.has_value());
    const ResidualNetwork& network = residual(imported);
    BOOST_TEST((network.blocks[0].W == Matrix{{1.0, -2.0}, {std::ldexp(1.0, -24), 65504.0}}));
    BOOST_TEST(
        (network.blocks[1].W ==
         Matrix{{1.0, -2.0}, {std::ldexp(1.0, -133), std::ldexp(2.0 - std::ldexp(1.0, -7), 127)}}));
    BOOST_TEST(imported.model->stored == "BF16, F16");
    BOOST_TEST(imported.model->metadata.at("imported_from") == "half.safetensors");
    // What is written is read again, the same numbers.
    const auto again = folder.write("again.safetensors", format_model(*imported.model));
    BOOST_TEST((load_residual_network(again).blocks[1].W == network.blocks[1].W));
}

BOOST_AUTO_TEST_CASE(what_tensors_cannot_tell_must_be_said) {
    const Safetensors state = TorchNetwork(1).state(false);
    const auto refused = [&](const ImportOptions& options) {
        return refusal<InputError>([&] { import_model(state, "s", options); });
    };
    BOOST_TEST(says(refused({.depth = Index{3}}), "activation", "--activation"));
    BOOST_TEST(says(refused({.activation = Activation::Tanh}), "depth", "--depth"));
    const ImportedModel unsaid = import_model(state, "s", {.guess = false});
    BOOST_TEST(!unsaid.model.has_value());
    BOOST_TEST(says(unsaid.roles.trouble, "block.fc1.bias", "--map"));
}

BOOST_AUTO_TEST_CASE(a_perceptron_is_read_as_one) {
    Safetensors state;
    Random random(2);
    for (const char* name : {"hidden.0.weight", "hidden.1.weight"}) {
        state.tensors[name] = matrix(random.normal_matrix(3, 3, 1.0));
    }
    state.tensors["out.weight"] = matrix(random.normal_matrix(2, 3, 1.0));
    const ImportedModel imported =
        import_model(state, "s", {.activation = Activation::Tanh, .kind = NetworkKind::Perceptron});
    BOOST_REQUIRE(imported.model.has_value());
    BOOST_TEST(std::get<Perceptron>(imported.model->network).layers.size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
