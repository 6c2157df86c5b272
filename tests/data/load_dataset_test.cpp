// Files from practice (tests/data/cases): every one is read as what it is, or refused by name.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <map>

#include <resdyn/core/error.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/formats/matrix_file.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(load_dataset_)

namespace {

const std::filesystem::path case_files = RESDYN_TEST_DATA "/cases";

const Matrix usual{{1.0, -2.0}, {-2.0, 1.5}};
const Matrix other{{1.0, -2.0}, {-3.0, 1.5}};

struct Read {
    const char* file;
    Matrix values;
    const char* note = "";  ///< that must be among the notes; empty: there are none.
    CsvFormat format = {};
};

struct Refused {
    const char* file;
    std::vector<const char*> says;
};

bool all_in(const std::string& text, const std::vector<const char*>& parts) {
    return std::all_of(parts.begin(), parts.end(),
                       [&](const char* part) { return says(text, part); });
}

std::string joined(const std::vector<std::string>& notes) {
    return fmt::format("{}", fmt::join(notes, " "));
}

}  // namespace

BOOST_AUTO_TEST_CASE(matrices_are_read) {
    const Matrix ten{{1, 2, -3}, {10, 10, 10}, {10, 10, 10}};
    const std::vector<Read> table = {
        {"csv/plus_sign.csv", usual},
        {"csv/underflow.csv", Matrix{{1, -2}, {-2, 0}}, "line 2, column 2: \"1e-400\""},
        {"csv/savetxt_space.csv", usual},
        {"csv/tab.csv", usual},
        {"csv/semicolon.csv", usual},
        {"csv/semicolon_decimal_comma.csv", usual},
        {"csv/bom.csv", usual},
        {"csv/utf16le.csv", usual},
        {"csv/cr_only.csv", usual},
        {"csv/unicode_minus.csv", usual},
        {"csv/header_names.csv", usual, "", {.header = true}},
        {"csv/pandas_default.csv", usual, "", {.header = true, .index = true}},
        {"csv/trailing_comma.csv", usual},
        {"csv/excel_empty_rows.csv", usual},
        {"csv/tie_decimal.csv", Matrix{{0.1, 0.2, -0.3}, {1, 1, 1}, {1, 1, 1}}},
        {"csv/tie_integer.csv", ten},
        {"csv/all_minus_one_12.csv", Matrix::Constant(12, 12, -1.0)},
        {"csv/all_minus_one_13.csv", Matrix::Constant(13, 13, -1.0)},
        {"npy/key_order.npy", other},
        {"npy/space_colon.npy", other},
        {"npy/i4.npy", Matrix{{1, -2}, {-3, 2}}, "int32 was read as double, exactly"},
        {"npy/f2.npy", other, "float16 was read as double, exactly"},
        {"npy/f8_big.npy", other},
    };
    for (const Read& row : table) {
        const MatrixFile file = read_weight_matrix(case_files / row.file, row.format);
        BOOST_TEST((file.values == row.values), row.file);
        const std::string note = row.note;
        BOOST_TEST(file.notes.empty() == note.empty(), row.file << ": " << joined(file.notes));
        BOOST_TEST(says(joined(file.notes), note), row.file << ": " << joined(file.notes));
    }
}

BOOST_AUTO_TEST_CASE(matrices_that_are_none_are_refused_with_the_remedy) {
    const std::vector<Refused> table = {
        {"csv/header_names.csv", {"line 1", "header", "\"V1\"", "--header"}},
        {"csv/pandas_default.csv", {"line 1", "header", "index", "--header --index"}},
        {"npy/lower_true.npy", {"True or False", "\"true"}},
        {"npy/1d.npy", {"a square matrix", "a vector of 2"}},
        {"npy/weights.npz", {"a NumPy archive (.npz): save one array as .npy"}},
        {"safetensors/bf16.safetensors", {"a matrix", "a safetensors file: name it as MODEL"}},
        {"idx/html/train-images-idx3-ubyte.gz", {"text that begins with", "<!DOCTYPE html>"}},
        {"idx/lfs/train-images-idx3-ubyte", {"a Git LFS pointer", "git lfs pull"}},
        {"idx/mixed/t10k-images-idx3-ubyte", {"an IDX array"}},
    };
    for (const Refused& row : table) {
        const std::string text =
            refusal<InputError>([&] { read_weight_matrix(case_files / row.file); });
        BOOST_TEST(all_in(text, row.says), text);
        BOOST_TEST(says(text, std::filesystem::path(row.file).filename().string()), text);
    }
}

BOOST_AUTO_TEST_CASE(models_are_read) {
    struct Model {
        const char* file;
        Activation activation;
        const char* stored;
        const char* note;
    };
    const std::vector<Model> table = {
        {"act_ReLU", Activation::ReLU, "F32", ""},
        {"depth_float", Activation::Logistic, "F32", ""},
        {"meta_numbers", Activation::Logistic, "F32", ""},
        {"bf16", Activation::Logistic, "BF16", "BF16 was widened to double, exactly"},
        {"f16", Activation::Logistic, "F16", "F16 was widened to double, exactly"},
        {"scalar_i64", Activation::Logistic, "F32",
         "not used: num_batches_tracked (I64, one number)"},
    };
    for (const Model& row : table) {
        const ModelFile model =
            load_model(case_files / "safetensors" / fmt::format("{}.safetensors", row.file));
        const auto& network = std::get<ResidualNetwork>(model.network);
        BOOST_TEST((network.blocks[0].W == usual), row.file);
        BOOST_TEST((network.activation == row.activation), row.file);
        BOOST_TEST(network.depth == 10, row.file);
        BOOST_TEST(network.step == 1.0, row.file);
        BOOST_TEST(model.stored == row.stored, row.file);
        BOOST_TEST((model.type == TensorType::F32), row.file);
        const std::string note = row.note;
        BOOST_TEST(model.notes.empty() == note.empty(), joined(model.notes));
        BOOST_TEST(says(joined(model.notes), note), joined(model.notes));
    }
}

BOOST_AUTO_TEST_CASE(models_that_are_none_are_refused_with_what_they_hold) {
    const std::vector<Refused> table = {
        {"safetensors/torch_names.safetensors",
         {"expected tensors W", "fc.weight (F32, 2x2)", "out.bias (F32, 2)", "From PyTorch"}},
        {"safetensors/trailing_4.safetensors", {"48 bytes of tensors", "got 52"}},
        {"npy/i4.npy", {"a safetensors file", "a NumPy array"}},
        {"npy/weights.npz", {"a safetensors file", "a NumPy archive"}},
        {"csv/tab.csv", {"a safetensors file", "text that begins with"}},
    };
    for (const Refused& row : table) {
        const std::string text = refusal<InputError>([&] { load_model(case_files / row.file); });
        BOOST_TEST(all_in(text, row.says), text);
    }
}

BOOST_AUTO_TEST_CASE(data_are_read) {
    const auto load = [](const char* name, LoadOptions options = {}) {
        return load_dataset((case_files / name).string(), options);
    };
    for (const DataPart part : {DataPart::Train, DataPart::Test}) {
        const LoadedDataset mixed = load("idx/mixed", {.part = part});
        BOOST_TEST(mixed.data.size() == (part == DataPart::Train ? 120 : 60));
        BOOST_TEST(mixed.data.classes == 3);
        BOOST_TEST(mixed.data.scaling == "pixel/255");
        BOOST_TEST(mixed.notes.empty());
    }
    // The same images in bytes and in float32.
    const LoadedDataset bytes = load("idx/mixed");
    const LoadedDataset floats = load("idx/t_float");
    BOOST_TEST((bytes.data.inputs == floats.data.inputs));
    BOOST_TEST(floats.data.scaling == "none");

    const LoadedDataset from_one = load("idx/labels_from1");
    BOOST_TEST(from_one.data.classes == 3);
    BOOST_TEST((from_one.data.class_labels == std::vector<std::string>{"1", "2", "3"}));
    BOOST_TEST((from_one.data.labels == bytes.data.labels));
    BOOST_TEST(says(joined(from_one.notes), "the labels found are 1, 2, 3", "classes 0 to 2"));

    const LoadedDataset first = load("data/mnist_label_first.csv", {.format = {.label = "first"}});
    BOOST_TEST(first.data.classes == 3);
    BOOST_TEST(first.data.width() == 16);
    BOOST_TEST(first.data.labels[1] == 1);
    BOOST_TEST(first.data.inputs(0, 0) == 178.0F);
    BOOST_TEST(says(joined(first.notes), "whole numbers from 0 to", "--scaling pixel/255"));
}

BOOST_AUTO_TEST_CASE(data_that_are_read_wrongly_are_named) {
    const auto load = [](const char* name, const DataFormat& format = {}) {
        return load_dataset((case_files / name).string(), {.format = format});
    };
    const std::string one_class = refusal<InputError>([&] { load("data/mnist_label_first.csv"); });
    BOOST_TEST(says(one_class, "labels in the last column", "one class", "--label first"));
    BOOST_TEST(
        says(refusal<InputError>([&] { load("idx/html"); }), "text that begins with \"<!DOCTYPE"));
    BOOST_TEST(says(refusal<InputError>([&] { load("idx/lfs"); }), "a Git LFS pointer"));

    const LoadedDataset counted = load("data/index_column.csv");
    BOOST_TEST(counted.data.width() == 3);
    BOOST_TEST(says(joined(counted.notes), "column 1 counts the lines (0 to 199)", "--index"));
    const LoadedDataset dropped = load("data/index_column.csv", {.csv = {.index = true}});
    BOOST_TEST(dropped.notes.empty());
    BOOST_TEST((dropped.data.inputs == counted.data.inputs.bottomRows(2)));

    const LoadedDataset headed = load("data/numeric_header3.csv");
    BOOST_TEST(headed.data.size() == 301);
    BOOST_TEST(says(joined(headed.notes), "line 1 counts the columns (0 to 2)", "--header"));
    const LoadedDataset bare = load("data/numeric_header3.csv", {.csv = {.header = true}});
    BOOST_TEST(bare.data.size() == 300);
    BOOST_TEST(bare.notes.empty());
    BOOST_TEST((bare.data.inputs == headed.data.inputs.rightCols(300)));
}

BOOST_AUTO_TEST_CASE(every_file_is_in_a_table) {
    // A case that is added and not tested here is noticed.
    std::map<std::string, int> count;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(case_files)) {
        if (entry.is_regular_file()) {
            ++count[entry.path().lexically_relative(case_files).begin()->string()];
        }
    }
    const std::map<std::string, int> tested = {
        {"csv", 18}, {"npy", 8}, {"safetensors", 8}, {"idx", 12}, {"data", 3}};
    BOOST_TEST((count == tested));
}

BOOST_AUTO_TEST_SUITE_END()
