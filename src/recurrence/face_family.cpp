#include "face_family.hpp"

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

/// The family of W0 + λ W1 on the face.
FaceFamily family_of(Activation activation, const Pattern& face, const Matrix& W0,
                     const Matrix& W1) {
    FaceFamily family;
    family.pattern = face;
    family.activation = activation;
    family.free = face.free_units();
    const Levels range = levels(activation);
    family.levels = Vector::Zero(face.size());
    std::vector<Index> saturated;
    for (Index i = 0; i < face.size(); ++i) {
        if (face[i] != UnitState::Free) {
            family.levels[i] = face[i] == UnitState::Low ? range.low : range.high;
            saturated.push_back(i);
        }
    }
    family.block = W0(family.free, family.free);
    family.block_rate = W1(family.free, family.free);
    family.load = (W0 * family.levels)(family.free);
    family.load_rate = (W1 * family.levels)(family.free);
    family.across = W0(saturated, Eigen::all);
    family.across_rate = W1(saturated, Eigen::all);
    for (std::size_t k = 0; k < saturated.size(); ++k) {
        const double factor = gain_slope(activation, family.levels[saturated[k]]);
        family.across.row(static_cast<Index>(k)) *= factor;
        family.across_rate.row(static_cast<Index>(k)) *= factor;
    }
    return family;
}

}  // namespace

Vector FaceFamily::value(const Vector& u, double lambda) const {
    Vector sum = load + lambda * load_rate;
    for (Index j = 0; j < u.size(); ++j) {
        sum += activate(activation, u[j]) * (block.col(j) + lambda * block_rate.col(j));
    }
    return sum;
}

Matrix FaceFamily::jacobian(const Vector& u, double lambda) const {
    Matrix J = block + lambda * block_rate;
    for (Index j = 0; j < u.size(); ++j) {
        J.col(j) *= slope(activation, u[j]);
    }
    return J;
}

Vector FaceFamily::by_parameter(const Vector& u) const {
    Vector sum = load_rate;
    for (Index j = 0; j < u.size(); ++j) {
        sum += activate(activation, u[j]) * block_rate.col(j);
    }
    return sum;
}

Vector FaceFamily::residual(const Vector& u) const {
    Vector y = levels;
    y(free) = activate(activation, u);
    return y;
}

Index FaceFamily::leaving(const Vector& mean, double lambda) const {
    constexpr double rounding = 1e-12;  // of a rate, relative to the largest of its terms
    Index count = 0;
    for (Index i = 0; i < across.rows(); ++i) {
        const Vector row = (across.row(i) + lambda * across_rate.row(i)).transpose();
        count += row.dot(mean) > rounding * row.cwiseAbs().maxCoeff() ? 1 : 0;
    }
    return count;
}

Vector FaceFamily::equilibrium(double lambda) const {
    Vector y = levels;
    y(free) = -Lu(block + lambda * block_rate).solve(load + lambda * load_rate);
    return y;
}

FaceFamily flow_family(const ParameterPath& path, const Pattern& face) {
    return family_of(path.activation, face, path.W(0), path.rate());
}

FaceFamily layer_family(const ParameterPath& path, const Pattern& face) {
    return family_of(path.activation, face, path.step * path.W(0), path.step * path.rate());
}

FaceFamily step_family(const ResidualSystem& system, const Pattern& face) {
    const Matrix none = Matrix::Zero(system.dimension(), system.dimension());
    return family_of(system.activation(), face, none, system.W());
}

}  // namespace resdyn
