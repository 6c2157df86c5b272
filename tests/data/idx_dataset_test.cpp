// IDX files, plain and gzip; what load_dataset makes of names; damaged files refused.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>

#include <resdyn/core/error.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/trained_on.hpp>
#include <resdyn/model/parameters.hpp>

#include "data/idx_dataset.hpp"
#include "formats/idx.hpp"
#include "formats/sha256.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;
using test::TemporaryFolder;

BOOST_AUTO_TEST_SUITE(idx_dataset_)

namespace {

std::string encoded(const std::vector<unsigned>& shape, std::string_view values, char type = 8) {
    std::string bytes = {0, 0, type, static_cast<char>(shape.size())};
    for (const unsigned size : shape) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes += static_cast<char>(size >> shift & 0xff);
        }
    }
    return bytes + std::string(values);
}

void write_gz(const std::filesystem::path& path, const std::string& bytes) {
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
}

/// Three images of 2×3 pixels and their labels.
const std::string images = encoded({3, 2, 3}, std::string("\x00\x33\x66\x99\xcc\xff", 6) +
                                                  std::string(6, '\xff') + std::string(6, '\0'));
const std::string labels = encoded({3}, std::string("\x02\x00\x01", 3));

}  // namespace

BOOST_AUTO_TEST_CASE(images_and_labels_become_a_data_set_plain_and_gzip_alike) {
    const TemporaryFolder folder;
    folder.write("train-images-idx3-ubyte", images);
    folder.write("train-labels-idx1-ubyte", labels);
    write_gz(folder.path / "t10k-images-idx3-ubyte.gz", images);
    write_gz(folder.path / "t10k-labels-idx1-ubyte.gz", labels);
    for (const DataPart part : {DataPart::Train, DataPart::Test}) {
        const LoadedDataset loaded = load_dataset(folder.path.string(), {.part = part});
        const Dataset& data = loaded.data;
        BOOST_TEST(data.size() == 3);
        BOOST_TEST(data.width() == 6);
        BOOST_TEST(data.classes == 3);
        BOOST_TEST(data.image_rows == 2);
        BOOST_TEST(data.image_cols == 3);
        BOOST_TEST(data.scaling == "pixel/255");
        BOOST_TEST((data.labels == Eigen::VectorXi{{2, 0, 1}}));
        const Eigen::VectorXf first{{0.0F, 0.2F, 0.4F, 0.6F, 0.8F, 1.0F}};
        BOOST_TEST((data.inputs.col(0) - first).cwiseAbs().maxCoeff() < 1e-7F);
        BOOST_TEST((data.inputs.col(1).array() == 1.0F).all());
        BOOST_REQUIRE_EQUAL(loaded.files.size(), 2U);
        BOOST_TEST(loaded.files[1].name == (part == DataPart::Train ? "train-labels-idx1-ubyte"
                                                                    : "t10k-labels-idx1-ubyte.gz"));
    }
    const auto path = (folder.path / "train-images-idx3-ubyte").string();
    BOOST_TEST(load_dataset(path).files[0].sha256 == sha256(images));
    BOOST_TEST(load_dataset(path, {.samples = 2}).data.size() == 2);
    BOOST_TEST(load_matching_test_set(path)->data.name == "t10k-images-idx3-ubyte.gz");
    BOOST_TEST(load_matching_test_set(folder.path.string())->data.size() == 3);
    std::filesystem::remove(folder.path / "t10k-images-idx3-ubyte.gz");
    BOOST_TEST(!load_matching_test_set(path).has_value());
}

BOOST_AUTO_TEST_CASE(damage_is_refused_with_what_was_expected) {
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& bytes) {
        return refusal<InputError>([&] { read_idx(folder.write("x-idx3-ubyte", bytes)); });
    };
    for (std::size_t length = 0; length < images.size(); ++length) {
        BOOST_TEST(says(refused(images.substr(0, length)), "x-idx3-ubyte: expected"));
    }
    BOOST_TEST(says(refused(images + "x"), "18 bytes of values for 3x2x3", "got more"));
    BOOST_TEST(says(refused(encoded({3}, "abc", 13)), "12 bytes of values for 3", "got 3"));
    BOOST_TEST(says(refused(encoded({3}, "abc", 10)), "an IDX array", "00 00 0a 01"));
    BOOST_TEST(says(refused("\x89PNG and more"), "an IDX array", "a PNG picture"));
    BOOST_TEST(says(refused("1,2,3\n"), "an IDX array", "text that begins with \"1,2,3"));
    BOOST_TEST(says(refused(""), "an IDX array", "an empty file"));
    BOOST_TEST(says(refused(encoded({0, 2}, "")), "product of 1 to", "0x2"));
    BOOST_TEST(
        says(refused(encoded({0xffffffff, 0xffffffff, 0xffffffff, 2}, "abc")), "product of 1"));
    // A header that claims four billion bytes costs no more memory than the file has.
    BOOST_TEST(says(refused(encoded({0xffffffff}, "abc")), "4294967295 bytes", "got 3"));
}

namespace {

/// The bytes of numbers as IDX stores them, most significant first.
template <class Scalar>
std::string big_endian(const std::vector<Scalar>& values) {
    std::string bytes;
    for (const Scalar value : values) {
        std::string one(reinterpret_cast<const char*>(&value), sizeof(Scalar));
        std::reverse(one.begin(), one.end());
        bytes += one;
    }
    return bytes;
}

template <class Scalar>
void check_type(char type, const std::vector<Scalar>& values) {
    const TemporaryFolder folder;
    const auto count = static_cast<unsigned>(values.size());
    const IdxArray array = read_idx(folder.write("x", encoded({count}, big_endian(values), type)));
    BOOST_TEST(array.size() == static_cast<Index>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
        BOOST_TEST(array.values()[static_cast<Index>(i)] == static_cast<float>(values[i]));
    }
    // The same numbers as labels, where they may be labels.
    const std::vector<Scalar> classes = {0, 2, 1};
    folder.write("train-images.idx3-ubyte", images);
    folder.write("train-labels.idx1-ubyte", encoded({3}, big_endian(classes), type));
    BOOST_TEST((load_dataset(folder.path.string()).data.labels == Eigen::VectorXi{{0, 2, 1}}));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_type_of_the_format_is_read) {
    check_type<std::uint8_t>(8, {0, 128, 255});
    check_type<std::int8_t>(9, {-128, -1, 127});
    check_type<std::int16_t>(11, {-32768, 7, 32767});
    check_type<std::int32_t>(12, {-2147483647, -1, 1 << 24});
    check_type<float>(13, {-0.1F, 1.5F, 1e-45F});
    check_type<double>(14, {-0.1, 1.5, 1e30});
    const TemporaryFolder folder;
    const auto at = folder.write("x-images-idx3-ubyte", images);
    const auto half =
        folder.write("x-labels-idx1-ubyte", encoded({3}, big_endian<float>({0, 1, 0.5F}), 13));
    BOOST_TEST(says(refusal<InputError>([&] { read_idx_dataset(at, half); }), "whole numbers",
                    "0.5 for image 2"));
    BOOST_TEST((read_idx_dataset(at, folder.write("l", labels), "none").inputs.col(0) ==
                Eigen::VectorXf{{0, 51, 102, 153, 204, 255}}));
}

BOOST_AUTO_TEST_CASE(hyphens_dots_and_packing_are_found_in_any_mixture) {
    for (const char* images_name :
         {"train-images-idx3-ubyte", "train-images.idx3-ubyte", "train-images-idx3-ubyte.gz",
          "train-images.idx3-ubyte.gz", "emnist-letters-train-images-idx3-ubyte"}) {
        for (const char* rest : {"labels-idx1-ubyte", "labels.idx1-ubyte", "labels-idx1-ubyte.gz",
                                 "labels.idx1-ubyte.gz"}) {
            const TemporaryFolder folder;
            const std::string name = images_name;
            const auto put = [&](const std::string& file, const std::string& bytes) {
                if (file.ends_with(".gz")) {
                    write_gz(folder.path / file, bytes);
                } else {
                    folder.write(file, bytes);
                }
            };
            put(name, images);
            put(name.substr(0, name.find("images")) + rest, labels);
            BOOST_TEST(load_dataset(folder.path.string()).data.size() == 3, name << " " << rest);
            BOOST_TEST(load_dataset((folder.path / name).string()).data.size() == 3);
        }
    }
    const TemporaryFolder folder;
    folder.write("a-train-images-idx3-ubyte", images);
    folder.write("b-train-images-idx3-ubyte", images);
    BOOST_TEST(says(refusal<InputError>([&] { load_dataset(folder.path.string()); }),
                    "a-train-images-idx3-ubyte, b-train-images-idx3-ubyte"));
}

BOOST_AUTO_TEST_CASE(classes_are_numbered_as_the_network_numbers_them) {
    const TemporaryFolder folder;
    const auto load = [&](const char* text, const TrainedOn& network) {
        return load_dataset(folder.write("d.csv", text).string(), {.trained_on = network});
    };
    // Nothing is known: the labels found, in their order.
    const LoadedDataset gaps = load("1,3\n2,7\n3,3\n", {});
    BOOST_TEST(gaps.data.classes == 2);
    BOOST_TEST((gaps.data.class_labels == std::vector<std::string>{"3", "7"}));
    BOOST_TEST((gaps.data.labels == Eigen::VectorXi{{0, 1, 0}}));
    BOOST_TEST(says(gaps.notes.at(0), "3, 7", "classes 0 to 1"));
    // A network that knows what its classes are called: a part of them keeps its numbers.
    const TrainedOn letters = trained_on(load("1,1\n2,2\n3,3\n4,4\n", {}).data);
    BOOST_TEST(letters.classes == 4);
    const LoadedDataset part = load("1,3\n2,4\n", letters);
    BOOST_TEST((part.data.labels == Eigen::VectorXi{{2, 3}}));
    BOOST_TEST(part.data.classes == 4);
    BOOST_REQUIRE(part.notes.size() == 1U);
    BOOST_TEST(says(part.notes[0], "no sample of classes 0, 1 among the 2 used"));
    BOOST_TEST(says(refusal<InputError>([&] { load("1,0\n2,4\n", letters); }),
                    "labels that the network knows (1, 2, 3, 4)", "got 0"));
    // Only their number is known.
    const TrainedOn four{.classes = 4};
    BOOST_TEST((load("1,2\n2,3\n", four).data.labels == Eigen::VectorXi{{2, 3}}));
    const LoadedDataset from_one = load("1,2\n2,4\n", four);
    BOOST_TEST((from_one.data.labels == Eigen::VectorXi{{1, 3}}));
    BOOST_TEST(says(from_one.notes.at(0), "count from 1", "0 to 3"));
    const TrainedOn names = trained_on(load("1,b\n2,a\n", {}).data);
    BOOST_TEST((load("1,b\n2,b\n", names).data.labels == Eigen::VectorXi{{1, 1}}));
    BOOST_TEST(says(refusal<InputError>([&] { load("1,b\n2,b\n", four); }), "0 to 3", "1 names"));
}

BOOST_AUTO_TEST_CASE(data_of_another_scale_than_the_network_knows_are_named) {
    const TemporaryFolder folder;
    const auto notes = [&](const char* text, const TrainedOn& network, const char* scaling = "") {
        const LoadedDataset loaded =
            load_dataset(folder.write("d.csv", text).string(),
                         {.format = {.scaling = scaling}, .trained_on = network});
        return fmt::format("{}", fmt::join(loaded.notes, " "));
    };
    const char* pixels = "0,255,0\n17,128,1\n";
    const TrainedOn scaled{.classes = 2, .scaling = "pixel/255", .largest = 1.0};
    BOOST_TEST(says(notes(pixels, scaled), "inputs reach 255", "up to 1", "--scaling pixel/255"));
    BOOST_TEST(notes(pixels, scaled, "pixel/255").empty());
    BOOST_TEST(says(notes(pixels, {}), "whole numbers from 0 to 255", "--scaling pixel/255"));
    BOOST_TEST(notes(pixels, {}, "pixel/255").empty());
    BOOST_TEST(notes("0.5,-1,0\n1,2,1\n", scaled).empty());
    const TrainedOn raw{.classes = 2, .scaling = "none", .largest = 255.0};
    BOOST_TEST(notes(pixels, raw).empty());
    BOOST_TEST(says(notes(pixels, raw, "pixel/255"), "up to 255", "--scaling none"));
    BOOST_TEST(says(notes("0.1,-.2,0\n.5,1,1\n", raw), "rescale the file"));
    BOOST_TEST(
        says(refusal<InputError>([&] { notes(pixels, {}, "double"); }), "--scaling", "double"));
}

BOOST_AUTO_TEST_CASE(a_model_file_says_what_its_data_were) {
    Dataset data;
    data.name = "d";
    data.inputs = Eigen::MatrixXf{{0.0F, 0.5F}, {-2.0F, 1.0F}};
    data.labels = Eigen::VectorXi{{0, 1}};
    data.classes = 2;
    data.class_labels = {"cat", "dog"};
    data.scaling = "none";
    NetworkShape shape;
    shape.width = 2;
    shape.classes = 2;
    ModelFile model{initial_network(shape, 1), training_metadata(data), TensorType::F32};
    const TrainedOn known = trained_on(model);
    BOOST_TEST(known.classes == 2);
    BOOST_TEST((known.class_labels == data.class_labels));
    BOOST_TEST(known.scaling == "none");
    BOOST_TEST(known.largest.value() == 2.0);
    model.metadata["class_labels"] = "[\"cat\"]";
    BOOST_TEST(
        says(refusal<InputError>([&] { trained_on(model); }), "class_labels", "2 labels", "1"));
    model.metadata["class_labels"] = "cat";
    BOOST_TEST(says(refusal<InputError>([&] { trained_on(model); }), "class_labels", "JSON"));
    model.metadata = {{"scaling", "pixel/255"}, {"input_range", "nonsense"}};
    BOOST_TEST(trained_on(model).largest.value() == 1.0);
}

BOOST_AUTO_TEST_CASE(a_cut_gzip_file_is_refused) {
    const TemporaryFolder folder;
    write_gz(folder.path / "whole.gz", images);
    const std::string whole = test::content(folder.path / "whole.gz");
    for (std::size_t length = 3; length < whole.size(); ++length) {
        const auto cut = folder.write("cut.gz", whole.substr(0, length));
        BOOST_TEST(says(refusal<InputError>([&] { read_idx(cut); }), "cut.gz: expected"));
    }
}

BOOST_AUTO_TEST_CASE(labels_that_do_not_go_with_the_images_are_refused) {
    const TemporaryFolder folder;
    const auto at = folder.write("train-images-idx3-ubyte", images);
    BOOST_TEST(says(refusal<InputError>([&] { idx_labels_beside(at); }), "train-labels-idx1-ubyte",
                    "no such file"));
    BOOST_TEST(says(refusal<InputError>([&] { idx_labels_beside(folder.path / "pictures-ubyte"); }),
                    "a name like"));
    const auto two = folder.write("train-labels-idx1-ubyte", encoded({2}, "ab"));
    BOOST_TEST(says(refusal<InputError>([&] { read_idx_dataset(at, two); }), "3 labels", "got 2"));
    BOOST_TEST(says(refusal<InputError>([&] { read_idx_dataset(two, two); }), "2 to 4 dimensions"));
}

BOOST_AUTO_TEST_CASE(sources_that_are_no_data_are_refused) {
    const TemporaryFolder folder;
    const auto refused = [](const std::string& source) {
        return refusal<InputError>([&] { load_dataset(source); });
    };
    BOOST_TEST(says(refused("nowhere"), "nowhere: expected rings, moons", "no such file"));
    BOOST_TEST(says(refused(folder.path.string()), "train-images-idx3-ubyte"));
    BOOST_TEST(says(refusal([] { load_dataset("rings", {.samples = -1}); }), "samples", "-1"));
    const LoadedDataset csv =
        load_dataset(folder.write("d.csv", "1,0\n2,1\n3,0\n").string(), {.samples = 2});
    BOOST_TEST(csv.data.size() == 2);
    BOOST_TEST(csv.files[0].name == "d.csv");
}

BOOST_AUTO_TEST_CASE(builtin_sets_have_an_independent_test_half) {
    const Dataset training = load_dataset("moons", {.samples = 100}).data;
    const Dataset test = load_matching_test_set("moons", {.samples = 100})->data;
    BOOST_TEST((training.inputs != test.inputs));
    BOOST_TEST((training.inputs == load_dataset("moons", {.samples = 100}).data.inputs));
    BOOST_TEST(load_dataset("xor").files.empty());
}

BOOST_AUTO_TEST_CASE(sha256_gives_the_published_digests) {
    BOOST_TEST(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const TemporaryFolder folder;
    const std::string million(1000000, 'a');
    BOOST_TEST(sha256_file(folder.write("a", million)) ==
               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    BOOST_TEST(says(refusal<InputError>([&] { sha256_file(folder.path / "none"); }), "none"));
}

BOOST_AUTO_TEST_SUITE_END()
