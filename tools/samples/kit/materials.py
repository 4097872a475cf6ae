"""Procedural surfaces: Principled shaders whose inputs are fed by noise, never by image files."""

from collections.abc import Sequence

import bpy

Colour = Sequence[float]


def linear(code: str) -> tuple[float, float, float, float]:
    """Linear RGBA of an sRGB colour written as "rrggbb"."""
    channels = [int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    return (*[c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels], 1.0)


class Surface:
    """A material under construction; methods add nodes and connect them to the Principled shader."""

    def __init__(self, name: str, colour: str, roughness: float = 0.5, **inputs: float):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.shader = self.tree.nodes["Principled BSDF"]
        self.shader.inputs["Base Color"].default_value = linear(colour)
        self.shader.inputs["Roughness"].default_value = roughness
        for key, value in inputs.items():
            self.shader.inputs[key.replace("_", " ").title()].default_value = value

    def node(self, kind: str, links: dict | None = None, **settings):
        """Adds a node; `links` maps input names to sockets or plain values."""
        node = self.tree.nodes.new(kind)
        for key, value in settings.items():
            setattr(node, key, value)
        for key, value in (links or {}).items():
            if isinstance(value, bpy.types.NodeSocket):
                self.tree.links.new(value, node.inputs[key])
            else:
                node.inputs[key].default_value = value
        return node

    def join(self, output, target: str) -> None:
        """Connects an output socket to an input of the shader."""
        self.tree.links.new(output, self.shader.inputs[target])

    def place(self, stretch: Colour = (1, 1, 1), space: str = "Object"):
        """Texture coordinates, stretched along the axes."""
        coordinates = self.node("ShaderNodeTexCoord")
        return self.node(
            "ShaderNodeMapping", {"Vector": coordinates.outputs[space], "Scale": stretch}
        ).outputs["Vector"]

    def noise(
        self,
        scale: float,
        detail: float = 4,
        stretch: Colour = (1, 1, 1),
        distortion: float = 0.0,
        roughness: float = 0.5,
    ):
        """Fractal noise in 0..1, as a socket."""
        links = {
            "Vector": self.place(stretch),
            "Scale": scale,
            "Detail": detail,
            "Distortion": distortion,
            "Roughness": roughness,
        }
        return self.node("ShaderNodeTexNoise", links).outputs["Fac"]

    def cells(self, scale: float, feature: str = "F1", stretch: Colour = (1, 1, 1)):
        """Distance to the nearest of randomly strewn points, as a socket."""
        links = {"Vector": self.place(stretch), "Scale": scale}
        return self.node("ShaderNodeTexVoronoi", links, feature=feature).outputs["Distance"]

    def ramp(self, value, stops: Sequence[tuple[float, str]], interpolation: str = "LINEAR"):
        """Colours along a value; stops are (position, "rrggbb")."""
        node = self.node("ShaderNodeValToRGB", {"Fac": value})
        elements = node.color_ramp.elements
        node.color_ramp.interpolation = interpolation
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, code) in zip(elements, stops, strict=True):
            element.position, element.color = position, linear(code)
        return node.outputs["Color"]

    def mix(self, factor, first, second, blend: str = "MIX"):
        """Blends two colours (sockets or "rrggbb")."""
        links = {"Fac": factor}
        for key, value in (("Color1", first), ("Color2", second)):
            links[key] = linear(value) if isinstance(value, str) else value
        return self.node("ShaderNodeMixRGB", links, blend_type=blend).outputs["Color"]

    def arithmetic(self, operation: str, first, second=0.0):
        """One scalar operation on sockets or numbers."""
        return self.node("ShaderNodeMath", {0: first, 1: second}, operation=operation).outputs["Value"]

    def attribute(self, name: str, output: str = "Color"):
        """A per-vertex attribute of the mesh, as a socket."""
        return self.node("ShaderNodeAttribute", attribute_name=name).outputs[output]

    def coordinate(self, axis: str, space: str = "Object"):
        """One coordinate of the shaded point, as a socket."""
        return self.node("ShaderNodeSeparateXYZ", {"Vector": self.place(space=space)}).outputs[axis]

    def colour(self, output) -> "Surface":
        """Feeds the base colour."""
        self.join(output, "Base Color")
        return self

    def bump(self, height, strength: float = 0.3, distance: float = 0.02) -> "Surface":
        """Roughens the surface by a height socket."""
        node = self.node("ShaderNodeBump", {"Height": height, "Strength": strength, "Distance": distance})
        self.join(node.outputs["Normal"], "Normal")
        return self

    def glow(self, colour, strength: float) -> "Surface":
        """Makes the surface emit light of a colour (socket or "rrggbb")."""
        if isinstance(colour, str):
            self.shader.inputs["Emission"].default_value = linear(colour)
        else:
            self.join(colour, "Emission")
        self.shader.inputs["Emission Strength"].default_value = strength
        return self


def plain(name: str, colour: str, roughness: float = 0.5, **inputs: float):
    """A surface of one colour."""
    return Surface(name, colour, roughness, **inputs).material


def glazed(name: str, colour: str, darker: str, roughness: float = 0.12):
    """Glazed ceramic: pooled glaze darkens in soft clouds, a clear coat reflects."""
    surface = Surface(name, colour, roughness, clearcoat=0.6, clearcoat_roughness=0.05)
    clouds = surface.noise(3.0, detail=6)
    surface.colour(surface.ramp(clouds, [(0.3, darker), (0.62, colour)]))
    return surface.bump(surface.noise(14, detail=2), 0.04, 0.02).material


def wood(name: str, dark: str, light: str, along: str = "X", roughness: float = 0.42, scale: float = 1.0):
    """Planed wood with long fibres along one axis."""
    surface = Surface(name, light, roughness, specular=0.35)
    stretch = {"X": (0.9, 9, 9), "Y": (9, 0.9, 9), "Z": (9, 9, 0.9)}[along]
    stretch = tuple(scale * value for value in stretch)
    rings = surface.noise(1.3, detail=3, stretch=stretch, distortion=1.6)
    fibres = surface.noise(9, detail=8, stretch=stretch, distortion=0.3, roughness=0.65)
    broad = surface.ramp(rings, [(0.32, dark), (0.52, light), (0.7, dark)])
    fine = surface.ramp(fibres, [(0.3, "8a8a8a"), (0.65, "ffffff")])
    surface.colour(surface.mix(0.75, broad, fine, "MULTIPLY"))
    return surface.bump(fibres, 0.12, 0.01).material


def plaster(name: str, colour: str, shade: str):
    """A matt wall with barely visible clouds."""
    surface = Surface(name, colour, 0.9, specular=0.1)
    surface.colour(surface.ramp(surface.noise(0.9, detail=7), [(0.3, shade), (0.7, colour)]))
    return surface.bump(surface.noise(40, detail=4), 0.1, 0.01).material


def cloth(name: str, colour: str, shade: str, threads: float = 160.0):
    """Woven linen: two crossing waves of thread."""
    surface = Surface(name, colour, 0.95, specular=0.1, sheen=0.4)
    waves = [
        surface.node(
            "ShaderNodeTexWave",
            {"Vector": surface.place(), "Scale": threads / 6, "Distortion": 1.5, "Detail Scale": 3.0},
            bands_direction=axis,
        ).outputs["Fac"]
        for axis in ("X", "Y")
    ]
    weave = surface.arithmetic("MULTIPLY", *waves)
    surface.colour(
        surface.ramp(surface.arithmetic("ADD", weave, surface.noise(5)), [(0.25, shade), (1.0, colour)])
    )
    return surface.bump(weave, 0.35, 0.01).material


def bokeh(name: str, stops: Sequence[tuple[float, str]], scale: float, strength: float = 1.0):
    """A glowing far backdrop (foliage, garden, street) that the lens blurs into soft discs."""
    surface = Surface(name, "000000", 1.0, specular=0.0)
    speckle = surface.noise(scale, detail=5, roughness=0.7)
    return surface.glow(surface.ramp(speckle, stops), strength).material
