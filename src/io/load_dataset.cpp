#include <resdyn/io/load_dataset.hpp>

#include <fmt/format.h>

#include <filesystem>

#include <resdyn/core/error.hpp>
#include <resdyn/io/csv.hpp>
#include <resdyn/io/idx.hpp>
#include <resdyn/io/sha256.hpp>

namespace resdyn {

namespace fs = std::filesystem;

namespace {

constexpr Index builtin_samples = 2000;
/// Keeps the test draw of a built-in set apart from the training draws of all small seeds.
constexpr std::uint64_t test_seed_offset = std::uint64_t{1} << 32;

LoadedDataset load_builtin(const std::string& name, const LoadOptions& options) {
    const Index count = options.samples > 0 ? options.samples : builtin_samples;
    const bool is_test = options.part == DataPart::Test;
    return {builtin_dataset(name, count, options.seed + (is_test ? test_seed_offset : 0)), {}};
}

/// Leaves as many as were asked for.
void keep_samples(LoadedDataset& loaded, const LoadOptions& options) {
    if (options.samples > 0 && options.samples < loaded.data.size()) {
        loaded.data = loaded.data.draw(options.samples, options.seed);
    }
}

/// The images of a part in an MNIST-like folder; empty if the folder has none.
fs::path images_in(const fs::path& folder, DataPart part) {
    const std::string prefix = part == DataPart::Train ? "train" : "t10k";
    for (const char* rest : {"-images-idx3-ubyte", "-images-idx3-ubyte.gz", "-images.idx3-ubyte",
                             "-images.idx3-ubyte.gz"}) {
        if (fs::exists(folder / (prefix + rest))) {
            return folder / (prefix + rest);
        }
    }
    return {};
}

LoadedDataset load_idx(const fs::path& images, const LoadOptions& options) {
    const fs::path labels = idx_labels_beside(images);
    LoadedDataset loaded{read_idx_dataset(images, labels), {}};
    keep_samples(loaded, options);
    for (const fs::path& path : {images, labels}) {
        loaded.files.push_back({path.filename().string(), sha256_file(path)});
    }
    return loaded;
}

bool is_idx_name(const std::string& name) {
    return name.find("-ubyte") != std::string::npos || name.find("idx3") != std::string::npos;
}

}  // namespace

LoadedDataset load_dataset(const std::string& source, const LoadOptions& options) {
    require_at_least("samples", options.samples, 0);
    if (is_builtin_dataset(source)) {
        return load_builtin(source, options);
    }
    const fs::path path(source);
    if (!fs::exists(path)) {
        reject_input(source, fmt::format("{}, or a file or folder of data", builtin_dataset_names),
                     "no such file");
    }
    if (fs::is_directory(path)) {
        const fs::path images = images_in(path, options.part);
        if (images.empty()) {
            reject_input(source,
                         options.part == DataPart::Train
                             ? "train-images-idx3-ubyte[.gz] in the folder"
                             : "t10k-images-idx3-ubyte[.gz] in the folder",
                         "no such file");
        }
        return load_idx(images, options);
    }
    if (is_idx_name(path.filename().string())) {
        return load_idx(path, options);
    }
    LoadedDataset loaded{read_csv_dataset(path), {}};
    keep_samples(loaded, options);
    loaded.files.push_back({path.filename().string(), sha256_file(path)});
    return loaded;
}

std::optional<LoadedDataset> load_matching_test_set(const std::string& source,
                                                    const LoadOptions& options) {
    LoadOptions test = options;
    test.part = DataPart::Test;
    if (is_builtin_dataset(source)) {
        return load_builtin(source, test);
    }
    const fs::path path(source);
    const bool is_training_file = path.filename().string().starts_with("train-images");
    if (!fs::is_directory(path) && !is_training_file) {
        return std::nullopt;
    }
    const fs::path images =
        images_in(fs::is_directory(path) ? path : path.parent_path(), DataPart::Test);
    return images.empty() ? std::nullopt : std::optional(load_idx(images, test));
}

}  // namespace resdyn
