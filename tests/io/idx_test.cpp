// IDX files, plain and gzip; what load_dataset makes of names; damaged files refused.
#include <zlib.h>

#include <boost/test/unit_test.hpp>

#include <resdyn/core/error.hpp>
#include <resdyn/io/idx.hpp>
#include <resdyn/io/load_dataset.hpp>
#include <resdyn/io/sha256.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;
using test::TemporaryFolder;

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

BOOST_AUTO_TEST_SUITE(idx)

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
    BOOST_TEST(says(refused(encoded({3}, "abc", 13)), "unsigned bytes", "00 00 0d 01"));
    BOOST_TEST(says(refused("\x89PNG and more"), "magic", "89 50 4e 47"));
    BOOST_TEST(says(refused(encoded({0, 2}, "")), "product of 1 to", "0x2"));
    BOOST_TEST(
        says(refused(encoded({0xffffffff, 0xffffffff, 0xffffffff, 2}, "abc")), "product of 1"));
    // A header that claims four billion bytes costs no more memory than the file has.
    BOOST_TEST(says(refused(encoded({0xffffffff}, "abc")), "4294967295 bytes", "got 3"));
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
