#include "idx_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>

#include "formats/idx.hpp"

namespace resdyn {

namespace fs = std::filesystem;

namespace {

/// A file of the folder as it is named, or the same with or without .gz; empty if there is none.
fs::path plain_or_packed(const fs::path& plain) {
    for (const fs::path& path : {plain, fs::path(plain.string() + ".gz")}) {
        if (fs::exists(path)) {
            return path;
        }
    }
    return {};
}

}  // namespace

fs::path idx_images_in(const fs::path& folder, const std::string& prefix) {
    for (const char* rest : {"-images-idx3-ubyte", "-images.idx3-ubyte"}) {
        const fs::path usual = plain_or_packed(folder / (prefix + rest));
        if (!usual.empty()) {
            return usual;
        }
    }
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const auto holds = [&](const std::string& part) {
            return name.find(part) != std::string::npos;
        };
        if (holds(prefix) && holds("images") && holds("idx3")) {
            found.push_back(name);
        }
    }
    std::sort(found.begin(), found.end());
    if (found.size() > 1) {
        reject_input(folder.string(), fmt::format("one file of {} images", prefix),
                     fmt::format("{}: name the one that is meant", fmt::join(found, ", ")));
    }
    return found.empty() ? fs::path() : folder / found.front();
}

fs::path idx_labels_beside(const fs::path& images) {
    std::string name = images.filename().string();
    const std::size_t images_at = name.find("images");
    const std::size_t rank_at = name.find("idx3");
    if (images_at == std::string::npos || rank_at == std::string::npos || rank_at <= images_at) {
        reject_input(images.string(),
                     "a name like train-images-idx3-ubyte, so that the labels can be found", name);
    }
    name.replace(rank_at, 4, "idx1").replace(images_at, 6, "labels");
    if (name.ends_with(".gz")) {
        name.resize(name.size() - 3);
    }
    // Hyphen and dot are both usual, and downloads mix them.
    std::string other = name;
    char& separator = other[rank_at - 1];
    separator = separator == '-' ? '.' : '-';
    for (const std::string& candidate : {name, other}) {
        const fs::path labels = plain_or_packed(images.parent_path() / candidate);
        if (!labels.empty()) {
            return labels;
        }
    }
    reject_input(images.string(),
                 fmt::format("its labels {} (or {}, or .gz) beside it", name, other),
                 "no such file");
}

Dataset read_idx_dataset(const fs::path& images, const fs::path& labels,
                         const std::string& scaling) {
    const IdxArray pixels = read_idx(images);
    const IdxArray classes = read_idx(labels);
    if (pixels.shape.size() < 2) {
        reject_input(images.string(), "images, an IDX array of 2 to 4 dimensions", "1 dimension");
    }
    if (classes.shape.size() != 1 || classes.shape[0] != pixels.shape[0]) {
        reject_input(labels.string(), fmt::format("{} labels as there are images", pixels.shape[0]),
                     fmt::format("{}", fmt::join(classes.shape, "x")));
    }
    const Index count = pixels.shape[0];
    Dataset data;
    data.name = images.filename().string();
    data.inputs = pixels.values().reshaped(pixels.size() / count, count);
    const bool holds_pixels = pixels.type == IdxType::UnsignedByte;
    data.scaling = !scaling.empty() ? scaling : holds_pixels ? pixel_scaling : "none";
    if (data.scaling == pixel_scaling) {
        data.inputs /= largest_pixel;
    }
    const Eigen::VectorXf found = classes.values();
    constexpr float largest_label = 1e6F;
    for (Index i = 0; i < count; ++i) {
        if (!(found[i] >= 0 && found[i] <= largest_label && found[i] == std::floor(found[i]))) {
            reject_input(labels.string(), "labels, whole numbers from 0 to 1000000",
                         fmt::format("{} for image {}", found[i], i));
        }
    }
    data.labels = found.cast<int>();
    data.classes = data.labels.maxCoeff() + 1;
    if (pixels.shape.size() == 3) {
        data.image_rows = pixels.shape[1];
        data.image_cols = pixels.shape[2];
    }
    validate(data);
    return data;
}

}  // namespace resdyn
