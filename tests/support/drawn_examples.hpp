// What the tests of this room draw: small analyses with every kind of content, and the means to
// read figures back.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <plots/gnuplot.hpp>
#include <plots/gnuplot_script.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>

#include "figures/figures.hpp"

namespace example {

using namespace resdyn;

/// Samples on two rings of classes 0 and 1, or `side`×`side` images of noise in three classes.
inline Dataset rings(Index count) {
    Dataset data{.name = "rings", .inputs = {}, .labels = {}, .scaling = "none"};
    data.inputs.resize(2, count);
    data.labels.resize(count);
    data.classes = 2;
    Random random(4);
    for (Index s = 0; s < count; ++s) {
        const double angle = random.uniform(0.0, 6.283);
        data.labels[s] = static_cast<int>(s % 2);
        data.inputs(0, s) = static_cast<float>((1.0 + data.labels[s]) * std::cos(angle));
        data.inputs(1, s) = static_cast<float>((1.0 + data.labels[s]) * std::sin(angle));
    }
    return data;
}

inline Dataset images(Index count, Index side) {
    Dataset data{.name = "images", .inputs = {}, .labels = {}, .scaling = "none"};
    data.inputs.resize(side * side, count);
    data.labels.resize(count);
    data.classes = 3;
    data.image_rows = data.image_cols = side;
    Random random(5);
    for (Index s = 0; s < count; ++s) {
        data.labels[s] = static_cast<int>(random.below(3));
        for (Index i = 0; i < side * side; ++i) {
            data.inputs(i, s) = static_cast<float>(random.uniform());
        }
    }
    return data;
}

/// A logistic network of depth 5 and step 0.5 with a read-out for the classes of `data`.
inline ResidualNetwork network(const Matrix& W, const Dataset& data) {
    ResidualNetwork result;
    result.step = 0.5;
    result.depth = 5;
    result.blocks = {{W, Vector::Constant(W.rows(), -0.1), {}}};
    result.readout = {Random(8).normal_matrix(data.classes, W.rows(), 1.0),
                      Vector::Zero(data.classes)};
    return result;
}

struct Example {
    Dataset data;
    ResidualNetwork network;
    Analysis analysis;

    std::vector<figures::Figure> figures() const {
        return figures::analysis_figures(analysis, network.blocks[0].W, &data);
    }
};

/// N = 2: every section has content, the portrait too.
inline Example planar() {
    Example result;
    result.data = rings(60);
    result.network = network(named_system("winner-takes-all").W, result.data);
    result.analysis = analyze(result.network, &result.data);
    return result;
}

/// N = 16, image-shaped: equilibria from data only.
inline Example pictorial() {
    Example result;
    result.data = images(90, 4);
    const Matrix W = Random(6).normal_matrix(16, 16, 1.0);
    result.network = network(W, result.data);
    result.analysis = analyze(result.network, &result.data);
    return result;
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// True if check_page.py finds nothing wrong; its complaints go to the test's output.
inline bool page_is_sound(const std::filesystem::path& file) {
    return std::system(fmt::format("{} '{}'", RESDYN_CHECK_PAGE, file.string()).c_str()) == 0;
}

/// Lines of a CSV without quoted fields, split at commas.
inline std::vector<std::vector<std::string>> table_of(const std::string& csv) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(csv);
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> row;
        std::istringstream fields(line + ",");
        for (std::string field; std::getline(fields, field, ',');) {
            row.push_back(field);
        }
        rows.push_back(row);
    }
    return rows;
}

inline const figures::Figure& figure_named(const std::vector<figures::Figure>& figures,
                                           const std::string& id) {
    for (const figures::Figure& figure : figures) {
        if (figure.id == id) {
            return figure;
        }
    }
    throw std::out_of_range("no figure " + id);
}

}  // namespace example
