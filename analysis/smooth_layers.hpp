/// @file
/// The study of smooth layers: what it runs and measures (smooth_layers.cpp), and the tables of
/// what it has measured (smooth_layers_tables.cpp).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn::smooth_layers {

struct Options {
    std::string out;
    std::string mnist;
    std::vector<std::string> sets{"rings", "moons", "spirals", "xor"};
    Index seeds = 8;
    double seconds = 1e9;
    bool quick = false;
    bool tables = false;
};

/// A way of training. All end with as many layers of the same step.
struct Arm {
    std::string name;
    bool shared = false;
    bool equal = false;
    double smoothness = 0.0;
    Index doublings = 0;
};
const std::vector<Arm>& arms();

/// A number of every trained network, and the smallest difference of it that matters: fixed before
/// any run.
struct Measure {
    std::string name;
    std::string title;
    double margin;
};
const std::vector<Measure>& measures();

/// Of the files of the tasks: set, number, seed, arm, accuracies, measures, verdict.
const std::vector<std::string>& columns();
/// Where a task's rows are.
std::filesystem::path file_of(const Options& options, const std::string& set, Index number);

/// Writes smooth_layers.csv of all files that are there, and prints tables of them.
void print_tables(const Options& options);

}  // namespace resdyn::smooth_layers
