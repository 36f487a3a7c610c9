"""Graphs drawn with networkx are redrawn as a full draw draws them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from tests.ecosystem.twins import Animation, Animations, check_animation

pytest.importorskip("networkx", reason="needs the extra (pip install '.[ecosystem]')")

import networkx as nx

pytestmark = pytest.mark.ecosystem
animations = Animations()

GRAPH = nx.cycle_graph(8)
DIRECTED = nx.DiGraph([(0, 1), (1, 2), (2, 0), (2, 3), (3, 2)])


def new_axes():
    return plt.subplots(figsize=(4, 3), dpi=60)


def turned(graph, i):
    """Return positions on a circle, which turns."""
    angles = 2 * np.pi * np.arange(len(graph)) / len(graph) + i / 9
    return dict(zip(graph, np.c_[np.cos(angles), np.sin(angles)], strict=True))


@animations.add
def colours_of_nodes():
    figure, ax = new_axes()
    place = turned(GRAPH, 0)
    nx.draw_networkx_edges(GRAPH, place, ax=ax)
    nodes = nx.draw_networkx_nodes(GRAPH, place, ax=ax, node_color=range(8), cmap="viridis")
    nx.draw_networkx_labels(GRAPH, place, ax=ax, font_color="w")
    return figure, lambda i: nodes.set_array(np.roll(np.arange(8), i))


@animations.add
def nodes_and_edges_that_move():
    figure, ax = new_axes()
    place = turned(GRAPH, 0)
    edges = nx.draw_networkx_edges(GRAPH, place, ax=ax)
    nodes = nx.draw_networkx_nodes(GRAPH, place, ax=ax)
    labels = nx.draw_networkx_labels(GRAPH, place, ax=ax)

    def update(i):
        place = turned(GRAPH, i)
        nodes.set_offsets(list(place.values()))
        edges.set_segments([(place[a], place[b]) for a, b in GRAPH.edges])
        for node, label in labels.items():
            label.set_position(place[node])

    return figure, update


@animations.add
def arrows_that_move():
    """networkx has arrows of its own, which are bent as the places of the nodes ask for."""
    figure, ax = new_axes()
    place = turned(DIRECTED, 0)
    nx.draw_networkx_nodes(DIRECTED, place, ax=ax, node_color="tan")
    arrows = nx.draw_networkx_edges(
        DIRECTED, place, ax=ax, connectionstyle="arc3,rad=0.2", width=1.5
    )

    def update(i):
        place = turned(DIRECTED, i)
        for arrow, (a, b) in zip(arrows, DIRECTED.edges, strict=True):
            arrow.set_positions(place[a], place[b])
        arrows[i % 5].set_color(f"C{i}")

    return figure, update


@animations.add
def graph_that_grows_on_cleared_axes():
    figure, ax = new_axes()
    graph = nx.DiGraph()

    def update(i):
        graph.add_edge(i, i // 2)
        ax.clear()
        place = nx.circular_layout(graph)
        nx.draw(graph, place, ax=ax, with_labels=True, node_size=100, node_color="C1")
        weights = {(i, i // 2): f"w{i}"}
        nx.draw_networkx_edge_labels(graph, place, weights, ax=ax)

    return figure, update


@animations.add
def labels_on_bent_edges():
    """Such labels look each time they are drawn where their edge is now."""
    figure, ax = new_axes()
    place = turned(DIRECTED, 0)
    style = "arc3,rad=0.3"
    nodes = nx.draw_networkx_nodes(DIRECTED, place, ax=ax)
    nx.draw_networkx_edges(DIRECTED, place, ax=ax, connectionstyle=style)
    names = {edge: "-".join(map(str, edge)) for edge in DIRECTED.edges}
    labels = nx.draw_networkx_edge_labels(DIRECTED, place, names, ax=ax, connectionstyle=style)

    def update(i):
        nodes.set_facecolor([f"C{i + k}" for k in range(4)])
        if i % 3 == 0:
            labels[2, 3].set_text(f"now {i}")
            ax.set_xlim(-1.5 - i / 9, 1.5)

    return figure, update


@animations.add
def loops_at_nodes():
    """How networkx bends the arrow from a node to itself depends on the limits."""
    figure, ax = new_axes()
    graph = nx.DiGraph([(0, 0), (0, 1), (1, 1)])
    place = {0: np.array([0.0, 0.0]), 1: np.array([1.0, 1.0])}
    nodes = nx.draw_networkx_nodes(graph, place, ax=ax)
    arrows = nx.draw_networkx_edges(graph, place, ax=ax)
    ax.tick_params(left=True, bottom=True, labelleft=True, labelbottom=True)

    def update(i):
        nodes.set_sizes([100 + 30 * i])
        if i % 3 == 0:
            ax.set(xlim=(-1 - i / 5, 2), ylim=(-1, 2 + i / 9))
        if i % 4 == 3:
            arrows[2].set_positions((1 - i / 20, 1), (1 - i / 20, 1))

    return figure, update


@animations.add
def bent_edges_that_move_with_their_labels():
    figure, ax = new_axes()
    place = turned(DIRECTED, 0)
    style = "arc3,rad=0.3"
    arrows = nx.draw_networkx_edges(DIRECTED, place, ax=ax, connectionstyle=style)
    names = {edge: "-".join(map(str, edge)) for edge in DIRECTED.edges}
    labels = nx.draw_networkx_edge_labels(DIRECTED, place, names, ax=ax, connectionstyle=style)
    ax.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5))

    def update(i):
        place = turned(DIRECTED, i)
        for arrow, (a, b) in zip(arrows, DIRECTED.edges, strict=True):
            arrow.set_positions(place[a], place[b])
            labels[a, b].arrow.set_positions(place[a], place[b])

    return figure, update


@animations.each
def test_graph_is_redrawn_exactly(animation: Animation, monkeypatch: pytest.MonkeyPatch) -> None:
    check_animation(animation, monkeypatch)
