// Videos of the gallery play while they are pointed at, have the focus, or were tapped.
document.addEventListener("DOMContentLoaded", () => {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  for (const video of document.querySelectorAll(".gallery video")) {
    const play = () => video.play();
    const rest = () => {
      video.pause();
      video.load(); // the picture again
    };
    if (!still) {
      video.addEventListener("mouseenter", play);
      video.addEventListener("mouseleave", rest);
    }
    video.addEventListener("click", () => (video.paused ? play() : video.pause()));
    video.addEventListener("keydown", (event) => {
      if (event.key === " " || event.key === "Enter") {
        event.preventDefault();
        video.paused ? play() : video.pause();
      }
    });
  }
});
