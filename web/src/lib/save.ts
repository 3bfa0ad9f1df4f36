/** Saves files that the server made, and draws an SVG as PNG in the browser. */

import { ask } from "../api/client";
import type { ScenarioBody } from "../api/types";

/** Fetch a file of a scenario. */
export async function fileOf(file: string, body: ScenarioBody, query: string): Promise<Blob> {
  return (await ask(`/api/download/${file}${query}`, { body })).blob();
}

export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Draw an SVG file on white, `scale` times its size. */
export async function pngOf(svg: Blob, scale = 2): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([await svg.arrayBuffer()], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * scale;
    canvas.height = image.naturalHeight * scale;
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("This browser cannot draw pictures; take the SVG.");
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be made; take the SVG."))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}
