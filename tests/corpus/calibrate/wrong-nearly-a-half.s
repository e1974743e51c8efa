	.section	.text,"ax",@progbits
	.p2align	4, 0x90
calibrate:
	.cfi_startproc
	testq	%rdx, %rdx
	je	.LBB1_15
	pushq	%rbx
	.cfi_def_cfa_offset 16
	.cfi_offset %rbx, -16
	movl	%r8d, %eax
	andl	$3, %eax
	xorl	%r9d, %r9d
	xorps	%xmm0, %xmm0
	leaq	.LCPI1_2(%rip), %r10
	movss	.LCPI1_0(%rip), %xmm1
	movss	.LCPI1_1(%rip), %xmm2
	jmp	.LBB1_2
	.p2align	4, 0x90
.LBB1_12:
	xorl	%r11d, %r11d
	ucomiss	%xmm3, %xmm0
	seta	%r11b
	cvtss2sd	%xmm3, %xmm3
	addsd	(%r10,%r11,8), %xmm3
	cvttsd2si	%xmm3, %r11d
.LBB1_13:
	movl	%r11d, (%rdi,%r9,4)
	incq	%r9
	cmpq	%rdx, %r9
	je	.LBB1_14
.LBB1_2:
	xorps	%xmm3, %xmm3
	testq	%r8, %r8
	je	.LBB1_12
	movss	(%rsi,%r9,4), %xmm4
	testq	%rax, %rax
	je	.LBB1_4
	movq	%rax, %rbx
	movq	%r8, %r11
	.p2align	4, 0x90
.LBB1_6:
	mulss	%xmm4, %xmm3
	addss	-4(%rcx,%r11,4), %xmm3
	decq	%r11
	decq	%rbx
	jne	.LBB1_6
	cmpq	$4, %r8
	jb	.LBB1_8
	.p2align	4, 0x90
.LBB1_16:
	mulss	%xmm4, %xmm3
	addss	-4(%rcx,%r11,4), %xmm3
	mulss	%xmm4, %xmm3
	addss	-8(%rcx,%r11,4), %xmm3
	mulss	%xmm4, %xmm3
	addss	-12(%rcx,%r11,4), %xmm3
	mulss	%xmm4, %xmm3
	addss	-16(%rcx,%r11,4), %xmm3
	addq	$-4, %r11
	jne	.LBB1_16
.LBB1_8:
	ucomiss	%xmm3, %xmm3
	jp	.LBB1_9
	movl	$2147483647, %r11d
	ucomiss	%xmm1, %xmm3
	jae	.LBB1_13
	movl	$-2147483648, %r11d
	ucomiss	%xmm3, %xmm2
	jb	.LBB1_12
	jmp	.LBB1_13
	.p2align	4, 0x90
.LBB1_4:
	movq	%r8, %r11
	cmpq	$4, %r8
	jae	.LBB1_16
	jmp	.LBB1_8
.LBB1_9:
	xorl	%r11d, %r11d
	jmp	.LBB1_13
.LBB1_14:
	popq	%rbx
	.cfi_def_cfa_offset 8
	.cfi_restore %rbx
.LBB1_15:
	retq
.Lfunc_end1:
	.cfi_endproc
	.section	.rodata.cst16,"Ma",@progbits,16
	.p2align	3, 0x0
.LCPI1_2:
	.quad	0x3fdffffffffff000
	.quad	0xbfdffffffffff000
	.section	.rodata.cst4,"Ma",@progbits,4
	.p2align	2, 0x0
.LCPI1_0:
	.long	0x4f000000
	.section	.rodata.cst4,"Ma",@progbits,4
.LCPI1_1:
	.long	0xcf000000
# verdict: refuted: adds a little less than a half: halves of small results are rounded towards zero
