// Networks as files: every kind of block comes back bit by bit; what breaks the shape is refused.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/data/model_file.hpp>

#include "formats/input_file.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;
using test::TemporaryFolder;

BOOST_AUTO_TEST_SUITE(model_file_)

namespace {

/// N = 3, C = 2; two matrices with M = 4, own weights by layer, an input layer D = 5, as asked.
ResidualNetwork network(bool two_matrices, bool shared, bool input) {
    Random random(3);
    ResidualNetwork net;
    net.activation = Activation::Softplus;
    net.step = 0.1;
    net.depth = 2;
    for (int k = 0; k < (shared ? 1 : 2); ++k) {
        ResidualBlock block;
        block.W = random.normal_matrix(two_matrices ? 4 : 3, 3, 1.0);
        block.b = random.uniform_vector(block.W.rows(), -1.0, 1.0);
        if (two_matrices) {
            block.A = random.normal_matrix(3, 4, 1.0);
        }
        net.blocks.push_back(block);
    }
    net.readout = {random.normal_matrix(2, 3, 1.0), random.uniform_vector(2, -1.0, 1.0)};
    if (input) {
        net.input =
            LinearLayer{random.normal_matrix(3, 5, 1.0), random.uniform_vector(3, -1.0, 1.0)};
    }
    return net;
}

const ResidualNetwork& residual(const ModelFile& model) {
    return std::get<ResidualNetwork>(model.network);
}

void check_equal(const ResidualNetwork& a, const ResidualNetwork& b) {
    BOOST_TEST((a.activation == b.activation));
    BOOST_TEST(a.step == b.step);
    BOOST_TEST(a.depth == b.depth);
    BOOST_REQUIRE_EQUAL(a.blocks.size(), b.blocks.size());
    for (std::size_t k = 0; k < a.blocks.size(); ++k) {
        BOOST_TEST((a.blocks[k].W == b.blocks[k].W));
        BOOST_TEST((a.blocks[k].b == b.blocks[k].b));
        BOOST_TEST((a.blocks[k].A == b.blocks[k].A));
    }
    BOOST_TEST((a.readout.M == b.readout.M));
    BOOST_TEST((a.readout.v == b.readout.v));
    BOOST_REQUIRE_EQUAL(a.input.has_value(), b.input.has_value());
    if (a.input) {
        BOOST_TEST((a.input->M == b.input->M));
        BOOST_TEST((a.input->v == b.input->v));
    }
}

/// A file of a good network changed by `change`, and how loading it is refused.
template <class Change>
std::string refused(Change change) {
    const TemporaryFolder folder;
    Safetensors content =
        parse_safetensors(format_model({network(false, true, false), {}, TensorType::F64}), "m");
    change(content);
    const auto path = folder.write("m.safetensors", format_safetensors(content));
    std::string text = refusal<InputError>([&] { load_model(path); });
    BOOST_TEST(says(text, "m.safetensors", "expected", "got"));
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_network_comes_back_bit_by_bit) {
    const TemporaryFolder folder;
    for (const bool two_matrices : {false, true}) {
        for (const bool shared : {false, true}) {
            for (const bool input : {false, true}) {
                const ModelFile model{network(two_matrices, shared, input),
                                      {{"seed", "7"}, {"data", "rings"}},
                                      TensorType::F64};
                const auto path = folder.path / "sub" / "m.safetensors";
                save_model(path, model);
                const ModelFile back = load_model(path);
                check_equal(residual(model), residual(back));
                BOOST_TEST(back.metadata.at("seed") == "7");
                BOOST_TEST(back.metadata.at("kind") == "residual");
                BOOST_TEST((back.type == TensorType::F64));
                BOOST_TEST(format_model(back) == test::content(path));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(perceptrons_come_back_bit_by_bit) {
    const TemporaryFolder folder;
    for (const std::size_t layers : {1, 3}) {
        Random random(3);
        Perceptron net;
        net.activation = Activation::Tanh;
        net.depth = 3;
        for (std::size_t k = 0; k < layers; ++k) {
            net.layers.push_back(
                {random.normal_matrix(4, 4, 1.0), random.uniform_vector(4, -1.0, 1.0)});
        }
        net.readout = {random.normal_matrix(2, 4, 1.0), random.uniform_vector(2, -1.0, 1.0)};
        net.input = {random.normal_matrix(4, 5, 1.0), random.uniform_vector(4, -1.0, 1.0)};
        const auto path = folder.path / "m";
        save_model(path, {net, {}, TensorType::F64});
        const ModelFile back = load_model(path);
        BOOST_REQUIRE((kind_of(back.network) == NetworkKind::Perceptron));
        BOOST_TEST(!back.metadata.contains("step"));
        const auto& same = std::get<Perceptron>(back.network);
        BOOST_TEST((same.activation == net.activation));
        BOOST_TEST(same.depth == net.depth);
        BOOST_REQUIRE_EQUAL(same.layers.size(), layers);
        for (std::size_t k = 0; k < layers; ++k) {
            BOOST_TEST((same.layers[k].M == net.layers[k].M));
            BOOST_TEST((same.layers[k].v == net.layers[k].v));
        }
        BOOST_TEST((same.readout.M == net.readout.M));
        BOOST_TEST((same.input->M == net.input->M));
        BOOST_TEST(format_model(back) == test::content(path));
        BOOST_TEST(says(refusal<InputError>([&] { load_residual_network(path); }), "residual",
                        "perceptron"));
    }
}

BOOST_AUTO_TEST_CASE(float32_files_hold_the_numbers_rounded_once) {
    const TemporaryFolder folder;
    ModelFile model{network(false, true, false), {}, TensorType::F32};
    save_model(folder.path / "m", model);
    const ModelFile back = load_model(folder.path / "m");
    BOOST_TEST((back.type == TensorType::F32));
    const Matrix& W = residual(model).blocks[0].W;
    BOOST_TEST((residual(back).blocks[0].W == W.cast<float>().cast<double>()));
}

BOOST_AUTO_TEST_CASE(absent_biases_and_kind_have_defaults) {
    const TemporaryFolder folder;
    Safetensors content;
    content.tensors["W"] = {TensorType::F32, {2, 2}, {1, 2, 3, 4}};
    content.metadata = {{"activation", "sigmoid"}, {"step", "0.5"}, {"depth", "4"}};
    const ModelFile model = load_model(folder.write("m", format_safetensors(content)));
    BOOST_TEST((residual(model).blocks[0].W == Matrix{{1, 2}, {3, 4}}));
    BOOST_TEST(residual(model).blocks[0].b.isZero(0.0));
    BOOST_TEST((residual(model).activation == Activation::Logistic));
    BOOST_TEST(!residual(model).has_readout());
}

BOOST_AUTO_TEST_CASE(metadata_out_of_range_is_refused) {
    const auto with = [](const std::string& key, const std::string& value) {
        return refused([&](Safetensors& content) { content.metadata[key] = value; });
    };
    BOOST_TEST(says(with("activation", "gelu"), "activation", "logistic, tanh", "gelu"));
    BOOST_TEST(says(with("step", "-1"), "step", "> 0", "-1"));
    BOOST_TEST(says(with("step", "0"), "step", "> 0"));
    BOOST_TEST(says(with("step", "nan"), "step", "nan"));
    BOOST_TEST(says(with("step", "1 m"), "step", "1 m"));
    BOOST_TEST(says(with("step", ""), "step"));
    BOOST_TEST(says(with("depth", "0"), "depth", ">= 1", "0"));
    BOOST_TEST(says(with("depth", "2.5"), "depth", "whole", "2.5"));
    BOOST_TEST(says(with("depth", "99999999999999999999"), "depth"));
    BOOST_TEST(says(with("kind", "transformer"), "kind", "residual", "transformer"));
    for (const char* key : {"activation", "step", "depth"}) {
        BOOST_TEST(says(refused([&](Safetensors& content) { content.metadata.erase(key); }),
                        fmt::format("metadata \"{}\"", key), "none"));
    }
}

BOOST_AUTO_TEST_CASE(tensors_that_do_not_fit_are_refused) {
    const auto with = [](const std::string& name, std::vector<Index> shape) {
        Index count = 1;
        for (const Index size : shape) {
            count *= size;
        }
        return refused([&](Safetensors& content) {
            content.tensors[name] = {TensorType::F64, shape,
                                     std::vector<double>(static_cast<std::size_t>(count))};
        });
    };
    BOOST_TEST(says(with("W", {2, 3}), "W", "2x3"));
    BOOST_TEST(says(with("W", {9}), "W", "2 dimensions", "1"));
    BOOST_TEST(says(with("W", {0, 0}), "W"));
    BOOST_TEST(says(with("b", {2}), "b", "size 3", "2"));
    BOOST_TEST(says(with("b", {3, 1}), "b", "1 dimensions"));
    BOOST_TEST(says(with("V", {2, 4}), "V", "2x3", "2x4"));
    BOOST_TEST(says(with("c", {3}), "c", "size 2", "3"));
    BOOST_TEST(says(with("U", {2, 5}), "U", "3x5", "2x5"));
    BOOST_TEST(says(with("A", {3, 3}), "tensor B", "none"));
    BOOST_TEST(says(with("W.0", {3, 3}), "W.1", "none"));
    BOOST_TEST(says(with("W.2", {3, 3}), "no place for", "\"W.2\" (F64, 3x3)"));
    BOOST_TEST(says(with("B", {3, 3}), "no place for", "\"B\""));
    BOOST_TEST(says(with("e", {3}), "no place for", "\"e\""));
    BOOST_TEST(says(refused([](Safetensors& content) { content.tensors.erase("V"); }),
                    "no place for", "\"c\""));
    BOOST_TEST(says(refused([](Safetensors& content) { content.tensors.erase("W"); }),
                    "tensors W (NxN)", "V (F64, 2x3)", "no W"));
}

BOOST_AUTO_TEST_CASE(tensors_of_other_names_do_not_matter_and_are_named) {
    const TemporaryFolder folder;
    Safetensors content =
        parse_safetensors(format_model({network(false, true, false), {}, TensorType::F64}), "m");
    content.tensors["optimizer.step"] = {TensorType::F64, {}, {3.0}};
    content.tensors["V2"] = {TensorType::F32, {1, 2, 3}, std::vector<double>(6)};
    const ModelFile model = load_model(folder.write("m", format_safetensors(content)));
    check_equal(residual(model), network(false, true, false));
    BOOST_REQUIRE_EQUAL(model.notes.size(), 1U);
    BOOST_TEST(
        says(model.notes[0], "not used", "V2 (F32, 1x2x3)", "optimizer.step (F64, one number)"));
    // A type of an unused tensor that nobody could read does not matter either.
    std::string bytes = format_safetensors(content);
    bytes.replace(bytes.find("\"F32\""), 5, "\"C4?\"");
    BOOST_TEST(says(load_model(folder.write("m", bytes)).notes.at(0), "V2 (C4?, 1x2x3)"));
}

BOOST_AUTO_TEST_CASE(what_is_given_takes_the_place_of_metadata_or_supplies_them) {
    const TemporaryFolder folder;
    Safetensors content =
        parse_safetensors(format_model({network(false, true, false), {}, TensorType::F64}), "m");
    const auto load = [&](const ModelOverrides& overrides) {
        return load_model(folder.write("m", format_safetensors(content)), overrides);
    };
    const ModelFile other = load({.activation = Activation::Tanh, .step = 0.25, .depth = 7});
    BOOST_TEST((residual(other).activation == Activation::Tanh));
    BOOST_TEST(residual(other).step == 0.25);
    BOOST_TEST(residual(other).depth == 7);
    BOOST_TEST(says(fmt::format("{}", fmt::join(other.notes, " ")),
                    "activation tanh as given, instead of softplus",
                    "depth 7 as given, instead of 2", "step 0.25 as given, instead of 0.1"));
    content.metadata.clear();
    BOOST_TEST(says(refusal<InputError>([&] { load({.step = 1.0, .depth = 1}); }), "activation",
                    "--activation", "none"));
    BOOST_TEST(
        says(refusal<InputError>([&] { load({.activation = Activation::Tanh, .depth = 1}); }),
             "step", "--step"));
    BOOST_TEST(
        says(refusal<InputError>([&] { load({.activation = Activation::Tanh, .step = 1.0}); }),
             "depth", "--depth"));
    BOOST_TEST(residual(load({.activation = Activation::Tanh, .step = 1.0, .depth = 3})).depth ==
               3);
    BOOST_TEST(says(refusal<InputError>(
                        [&] { load({.activation = Activation::Tanh, .step = -1.0, .depth = 3}); }),
                    "step", "-1"));
}

BOOST_AUTO_TEST_CASE(metadata_are_read_as_other_programs_write_them) {
    const TemporaryFolder folder;
    const auto read = [&](const char* activation, const char* step, const char* depth) {
        Safetensors content;
        content.tensors["W"] = {TensorType::F32, {2, 2}, {1, 2, 3, 4}};
        content.metadata = {{"activation", activation}, {"step", step}, {"depth", depth}};
        return residual(load_model(folder.write("m", format_safetensors(content))));
    };
    BOOST_TEST((read("ReLU", "1", "10").activation == Activation::ReLU));
    BOOST_TEST((read("Sigmoid", "1", "10").activation == Activation::Logistic));
    BOOST_TEST((read("TANH", "1", "10").activation == Activation::Tanh));
    BOOST_TEST(read("tanh", "1", "10.0").depth == 10);
    BOOST_TEST(read("tanh", "+1e-1", "1e1").depth == 10);
    BOOST_TEST(read("tanh", "1e-1", "10").step == 0.1);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_refused) {
    for (const char* name : {"W", "b", "V", "c"}) {
        for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
            const std::string text =
                refused([&](Safetensors& content) { content.tensors[name].values.back() = value; });
            BOOST_TEST(says(text, name, "finite numbers"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_path_that_cannot_be_written_leaves_nothing) {
    const TemporaryFolder folder;
    folder.write("file", "in the way");
    const ModelFile model{network(false, true, false), {}, TensorType::F32};
    BOOST_TEST(says(refusal<ResourceError>([&] { save_model(folder.path / "file" / "m", model); }),
                    "file", "expected a folder"));
    BOOST_TEST(says(refusal<ResourceError>([&] { save_model(folder.path, model); }), "expected"));
    BOOST_TEST(test::content(folder.path / "file") == "in the way");
}

BOOST_AUTO_TEST_SUITE_END()
