#include <resdyn/data/load_dataset.hpp>

#include <fmt/format.h>

#include <filesystem>

#include <resdyn/core/error.hpp>

#include "csv_dataset.hpp"
#include "formats/idx.hpp"
#include "formats/sha256.hpp"
#include "idx_dataset.hpp"

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

constexpr const char* prefix_of(DataPart part) {
    return part == DataPart::Train ? "train" : "t10k";
}

void check_format(const DataFormat& format) {
    if (!format.scaling.empty() && format.scaling != pixel_scaling && format.scaling != "none") {
        reject_input("--scaling", fmt::format("{} or none", pixel_scaling), format.scaling);
    }
}

/// Numbers the classes, looks at the scale, draws as many samples as were asked for, and says which
/// classes are missing among them.
void settle(LoadedDataset& loaded, const LoadOptions& options) {
    const auto append = [&](std::vector<std::string> notes) {
        loaded.notes.insert(loaded.notes.end(), notes.begin(), notes.end());
    };
    append(settle_classes(loaded.data, options.trained_on));
    append(scale_notes(loaded.data, options.trained_on));
    if (options.samples > 0 && options.samples < loaded.data.size()) {
        loaded.data = loaded.data.draw(options.samples, options.seed);
    }
    append(class_remarks(loaded.data, options.trained_on.classes));
}

LoadedDataset load_idx(const fs::path& images, const LoadOptions& options) {
    const fs::path labels = idx_labels_beside(images);
    LoadedDataset loaded{read_idx_dataset(images, labels, options.format.scaling), {}};
    settle(loaded, options);
    for (const fs::path& path : {images, labels}) {
        loaded.files.push_back({path.filename().string(), sha256_file(path)});
    }
    return loaded;
}

LoadedDataset load_csv(const fs::path& path, const LoadOptions& options) {
    CsvDataset read = read_csv_dataset(path, options.format.csv, options.format.label);
    LoadedDataset loaded{std::move(read.data), {}, std::move(read.notes)};
    if (options.format.scaling == pixel_scaling) {
        loaded.data.inputs /= largest_pixel;
        loaded.data.scaling = pixel_scaling;
    }
    settle(loaded, options);
    loaded.files.push_back({path.filename().string(), sha256_file(path)});
    return loaded;
}

/// By its name, so that a damaged file is refused as what it should be; else by its first bytes.
bool is_idx(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.find("-ubyte") != std::string::npos || name.find("idx3") != std::string::npos ||
           is_idx_file(path);
}

}  // namespace

LoadedDataset load_dataset(const std::string& source, const LoadOptions& options) {
    require_at_least("samples", options.samples, 0);
    check_format(options.format);
    if (is_builtin_dataset(source)) {
        return load_builtin(source, options);
    }
    const fs::path path(source);
    if (!fs::exists(path)) {
        reject_input(source, fmt::format("{}, or a file or folder of data", builtin_dataset_names),
                     "no such file");
    }
    if (fs::is_directory(path)) {
        const fs::path images = idx_images_in(path, prefix_of(options.part));
        if (images.empty()) {
            reject_input(
                source,
                fmt::format("{}-images-idx3-ubyte[.gz] in the folder", prefix_of(options.part)),
                "no such file");
        }
        return load_idx(images, options);
    }
    return is_idx(path) ? load_idx(path, options) : load_csv(path, options);
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
    const fs::path images = idx_images_in(fs::is_directory(path) ? path : path.parent_path(),
                                          prefix_of(DataPart::Test));
    return images.empty() ? std::nullopt : std::optional(load_idx(images, test));
}

}  // namespace resdyn
